import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { LocalFile } from '../../ports/source.ts';

/** How much is verified at once; `images/node-helper` counts with the same. */
const CHUNK = 1 << 20;

/** The SHA-256 of each chunk of a file in hex; the last chunk may be shorter. */
export const chunkList = async ({ path, size }: LocalFile): Promise<readonly string[]> => {
  const file = await open(path);
  const buffer = Buffer.allocUnsafe(CHUNK);
  const digests: string[] = [];
  try {
    for (let at = 0; at < size; at += CHUNK) {
      const length = Math.min(CHUNK, size - at);
      for (let have = 0; have < length; ) {
        const { bytesRead } = await file.read(buffer, have, length - have, at + have);
        if (bytesRead === 0) throw new Error(`${path} became shorter`);
        have += bytesRead;
      }
      digests.push(createHash('sha256').update(buffer.subarray(0, length)).digest('hex'));
    }
  } finally {
    await file.close();
  }
  return digests;
};
