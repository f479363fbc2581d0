import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Digest } from '../../support/digest.ts';

const READ_AT_ONCE = 1 << 20;

/** The digest of a file's content; `progress` is told the bytes read so far. */
export const fileDigest = async (path: string, progress?: (done: number) => void): Promise<Digest> => {
  const hash = createHash('sha256');
  let done = 0;
  for await (const piece of createReadStream(path, { highWaterMark: READ_AT_ONCE })) {
    hash.update(piece);
    done += piece.length;
    progress?.(done);
  }
  return `sha256:${hash.digest('hex')}`;
};
