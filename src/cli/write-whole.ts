import writeFileAtomic from 'write-file-atomic';

/** Writes a file of the operator's so that a kill leaves it as it was before or as it is now; it keeps its owner. */
export const writeWhole = (file: string, text: string, mode?: number): void =>
  writeFileAtomic.sync(file, text, mode === undefined ? {} : { mode });
