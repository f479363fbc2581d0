import { execa } from 'execa';
import type { LocalContent } from '../../ports/source.ts';
import { Problem } from '../../support/problem.ts';
import { readContent } from '../files/content.ts';

/** A window of 2^27 bytes: what is before a segment of 64 MiB is still seen at its end. */
const SEEN = '--long=27';
const how = () =>
  ({ extendEnv: false, env: { PATH: process.env['PATH'], LC_ALL: 'C' }, reject: false }) as const;

const missing = (): Problem =>
  new Problem('TOOL_MISSING', 'zstd is not on this machine', {
    hint: 'install the package zstd: it makes and applies the segments of a delta',
  });

/** Writes the patch that makes `next` out of `before` to a file: with one thread the same files give the same bytes. */
export const makePatch = async (before: string, next: string, to: string): Promise<void> => {
  const words = ['-q', '-f', '-3', '--single-thread', SEEN, `--patch-from=${before}`, next, '-o', to];
  const ended = await execa('zstd', words, { ...how(), stdin: 'ignore' });
  if (ended.code === 'ENOENT') throw missing();
  if (ended.failed) throw new Error(`zstd: ${ended.stderr || ended.shortMessage}`);
};

/** What a patch makes of a file, of `makes` bytes; throws an error when it is damaged or makes something else. */
export async function* applyPatch(
  before: string,
  patch: LocalContent,
  makes: number,
): AsyncGenerator<Uint8Array> {
  const child = execa('zstd', ['-q', '-d', '-c', SEEN, `--patch-from=${before}`], {
    ...how(),
    input: readContent(patch),
    encoding: 'buffer',
    buffer: { stdout: false, stderr: true },
  });
  let done = 0;
  try {
    for await (const chunk of child.iterable({ binary: true })) {
      done += chunk.length;
      if (done > makes) throw new Error(`it makes more than ${makes} bytes`);
      yield chunk;
    }
  } finally {
    child.kill();
  }
  const ended = await child;
  if (ended.code === 'ENOENT') throw missing();
  if (ended.failed) throw new Error(Buffer.from(ended.stderr).toString().trim() || ended.shortMessage);
  if (done < makes) throw new Error(`it makes ${done} bytes instead of ${makes}`);
}
