import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CONTENT_BLOBS } from '../../../src/commands/content.ts';
import { IMPORT_BLOBS } from '../../../src/commands/images.ts';
import { BINARY_BLOBS, IMAGE_BLOBS } from '../../../src/commands/k3s.ts';

/** A file that is half there on a node. */
export interface Half {
  readonly node: string;
  readonly path: string;
  readonly name: string;
}

const FOLDERS = [BINARY_BLOBS, IMAGE_BLOBS, CONTENT_BLOBS, IMPORT_BLOBS];
const PART = /(\.part|\.edgectl-part)$/;
/** Less than this of a file is not worth a fault, in bytes. */
const LEAST = 65_536;

const sizeOf = async (path: string): Promise<number> => (await stat(path).catch(() => undefined))?.size ?? 0;

/** What is half there on nodes now. `roots` are their root folders as this machine sees them, past podman, which is slow. */
export const halvesUnderWay = async (roots: ReadonlyMap<string, string>): Promise<Half | undefined> => {
  for (const [node, root] of roots)
    for (const folder of FOLDERS)
      for (const name of await readdir(join(root, folder)).catch(() => []))
        if (PART.test(name) && (await sizeOf(join(root, folder, name))) >= LEAST)
          return { node, path: join(root, folder, name), name: `${folder}/${name}` };
  return undefined;
};

/**
 * Turns the bits of a byte in the middle of a half file, once nobody writes it any more: whoever goes on with it has to see that.
 * Gives its size, or nothing when it has become whole.
 */
export const spoil = async ({ path }: Half): Promise<number | undefined> => {
  for (let before = -1, tries = 0; tries < 25; tries++) {
    const size = await sizeOf(path);
    if (size === before) break;
    before = size;
    await wait(300);
  }
  const file = await open(path, 'r+').catch(() => undefined);
  if (!file) return undefined;
  try {
    const { size } = await file.stat();
    const at = Math.floor(size / 2);
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, at);
    byte[0] = (byte[0] ?? 0) ^ 0xff;
    await file.write(byte, 0, 1, at);
    return size;
  } finally {
    await file.close();
  }
};
