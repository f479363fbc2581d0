import type { LocalContent } from '../../ports/source.ts';
import { readContent } from '../files/content.ts';
import { type Program, runProgram, throughProgram } from '../programs/program.ts';

const ZSTD: Program = {
  name: 'zstd',
  hint: 'install the package zstd: it makes and applies the segments of a delta',
};

/** A window of 2^27 bytes: what is before a segment of 64 MiB is still seen at its end. */
const SEEN = '--long=27';

/** Writes the patch that makes `next` out of `before` to a file: with one thread the same files give the same bytes. */
export const makePatch = (before: string, next: string, to: string): Promise<void> =>
  runProgram(ZSTD, ['-q', '-f', '-3', '--single-thread', SEEN, `--patch-from=${before}`, next, '-o', to]);

/** What a patch makes of a file, of `makes` bytes; throws an error when it is damaged or makes something else. */
export async function* applyPatch(
  before: string,
  patch: LocalContent,
  makes: number,
): AsyncGenerator<Uint8Array> {
  const words = ['-q', '-d', '-c', SEEN, `--patch-from=${before}`];
  let done = 0;
  for await (const chunk of throughProgram(ZSTD, words, readContent(patch))) {
    done += chunk.length;
    if (done > makes) throw new Error(`it makes more than ${makes} bytes`);
    yield chunk;
  }
  if (done < makes) throw new Error(`it makes ${done} bytes instead of ${makes}`);
}
