import { createHash } from 'node:crypto';
import type { LocalContent } from '../../ports/source.ts';
import { openContent } from '../files/content.ts';

/** How much is verified at once; `images/node-helper` counts with the same. */
const CHUNK = 1 << 20;

/** The SHA-256 of each chunk of a content in hex; the last chunk may be shorter. */
export const chunkList = async (content: LocalContent): Promise<readonly string[]> => {
  const { size } = content;
  const file = await openContent(content);
  const buffer = Buffer.allocUnsafe(CHUNK);
  const digests: string[] = [];
  try {
    for (let at = 0; at < size; at += CHUNK) {
      const length = Math.min(CHUNK, size - at);
      const piece = buffer.subarray(0, length);
      if ((await file.read(piece, at)) < length) throw new Error('a file that is to be sent became shorter');
      digests.push(createHash('sha256').update(piece).digest('hex'));
    }
  } finally {
    await file.close();
  }
  return digests;
};
