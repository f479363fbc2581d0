import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { LocalContent } from '../../ports/source.ts';
import type { Digest } from '../../support/digest.ts';
import { readContent } from './content.ts';

const READ_AT_ONCE = 1 << 20;

const digestOf = async (
  source: AsyncIterable<Uint8Array>,
  progress: ((done: number) => void) | undefined,
): Promise<Digest> => {
  const hash = createHash('sha256');
  let done = 0;
  for await (const piece of source) {
    hash.update(piece);
    done += piece.length;
    progress?.(done);
  }
  return `sha256:${hash.digest('hex')}`;
};

/** The digest of a file's content; `progress` is told the bytes read so far. */
export const fileDigest = (path: string, progress?: (done: number) => void): Promise<Digest> =>
  digestOf(createReadStream(path, { highWaterMark: READ_AT_ONCE }), progress);

/** The same of a content, which may lie in pieces. */
export const contentDigest = (content: LocalContent, progress?: (done: number) => void): Promise<Digest> =>
  'pieces' in content ? digestOf(readContent(content), progress) : fileDigest(content.path, progress);
