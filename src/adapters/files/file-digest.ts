import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { LocalContent } from '../../ports/source.ts';
import type { Digest } from '../../support/digest.ts';
import { openContent } from './content.ts';

const READ_AT_ONCE = 1 << 20;

/**
 * The digest of a content, which may lie in pieces; `progress` is told the bytes read so far. One buffer is filled while the
 * other is hashed: streams take a new one for every read, which costs more than the reading.
 */
export const contentDigest = async (
  content: LocalContent,
  progress?: (done: number) => void,
): Promise<Digest> => {
  const hash = createHash('sha256');
  const file = await openContent(content);
  try {
    const buffers = [Buffer.allocUnsafeSlow(READ_AT_ONCE), Buffer.allocUnsafeSlow(READ_AT_ONCE)] as const;
    let done = 0;
    let next = file.read(buffers[0], 0);
    for (let turn = 0; ; turn++) {
      const read = await next;
      if (read === 0) break;
      done += read;
      next = file.read(buffers[turn % 2 === 0 ? 1 : 0], done);
      hash.update(buffers[turn % 2 === 0 ? 0 : 1].subarray(0, read));
      progress?.(done);
    }
  } finally {
    await file.close();
  }
  return `sha256:${hash.digest('hex')}`;
};

/** The same of a whole file. */
export const fileDigest = async (path: string, progress?: (done: number) => void): Promise<Digest> =>
  contentDigest({ path, size: (await stat(path)).size }, progress);
