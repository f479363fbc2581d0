import writeFileAtomic from 'write-file-atomic';
import { Problem } from '../support/problem.ts';

/** Writes a file of the operator's so that a kill leaves it as it was before or as it is now; it keeps its owner. */
export const writeWhole = (file: string, text: string, mode?: number): void =>
  writeFileAtomic.sync(file, text, mode === undefined ? {} : { mode });

/** Writes a result where a flag says; a place that cannot be written is FLAG_INVALID. */
export const writeResult = (file: string, text: string): void => {
  try {
    writeWhole(file, text);
  } catch (error) {
    throw new Problem('FLAG_INVALID', `cannot write ${file}: ${(error as Error).message}`, {
      hint: 'name a file in a folder that is there and that you may write to',
    });
  }
};
