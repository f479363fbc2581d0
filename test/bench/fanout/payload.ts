import { randomFillSync } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Content } from '../../../src/adapters/chain/batches.ts';
import { chunkList } from '../../../src/adapters/chain/chunk-list.ts';

// One call fills at most 2 GiB.
const AT_ONCE = 64 << 20;

/** Writes files of so many random bytes each into a folder; gives their names and what they are made of. */
export const makePayload = async (
  folder: string,
  { files, size }: { readonly files: number; readonly size: number },
): Promise<readonly (readonly [name: string, content: Content])[]> => {
  await mkdir(folder, { recursive: true });
  const made: (readonly [string, Content])[] = [];
  for (let n = 0; n < files; n++) {
    const name = `blob-${n}`;
    const path = join(folder, name);
    const bytes = Buffer.alloc(size);
    for (let at = 0; at < size; at += AT_ONCE) randomFillSync(bytes, at, Math.min(AT_ONCE, size - at));
    await writeFile(path, bytes);
    made.push([name, { size, chunks: await chunkList({ path, size }) }]);
  }
  return made;
};
