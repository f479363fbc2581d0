import { createHash } from 'node:crypto';
import { open, rename, statfs, writeFile } from 'node:fs/promises';
import type { LocalContent } from '../../ports/source.ts';
import { bytes } from '../../support/bytes.ts';
import type { Digest } from '../../support/digest.ts';
import { Problem } from '../../support/problem.ts';
import { readContent, sliceOf } from './content.ts';

/** Writes a file's or folder's content through to the disk. */
export const synced = async (path: string): Promise<void> => {
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
};

/** Throws NO_SPACE with the numbers where so many bytes do not fit into a folder's file system. */
export const mustFit = async (folder: string, needed: number): Promise<void> => {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= needed) return;
  throw new Problem('NO_SPACE', `${folder}: ${bytes(needed)} needed, ${bytes(bavail * bsize)} free`, {
    hint: 'free space there, or name another place',
  });
};

/**
 * Writes a content to a file, synced, and gives the digest of what the file then holds. `have` bytes of it stand there
 * already: they are read again, and the rest is added. `progress` is told the bytes that are done.
 */
export const writeContent = async (
  content: LocalContent,
  path: string,
  progress: (done: number) => void,
  have = 0,
): Promise<Digest> => {
  const hash = createHash('sha256');
  let done = 0;
  const take = (chunk: Uint8Array) => {
    hash.update(chunk);
    done += chunk.length;
    progress(done);
  };
  if (have > 0) for await (const chunk of readContent(sliceOf({ path, size: have }, 0, have))) take(chunk);
  const handle = await open(path, have > 0 ? 'a' : 'w', 0o644);
  try {
    for await (const chunk of readContent(content, have)) {
      await handle.appendFile(chunk);
      take(chunk);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return `sha256:${hash.digest('hex')}`;
};

/** Writes a small file whole or not at all; its folder is to be synced by whoever asked. */
export const writeText = async (path: string, text: string): Promise<void> => {
  const draft = `${path}.part`;
  await writeFile(draft, text);
  await synced(draft);
  await rename(draft, path);
};
