import { constants } from 'node:fs';
import { copyFile, mkdir, mkdtemp, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { BundleWriter } from '../../ports/bundles.ts';
import { Problem } from '../../support/problem.ts';
import { blobPath } from './bundle-folder.ts';

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

const synced = async (path: string): Promise<void> => {
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
};

/** Writes a bundle beside its place, and renames it when all of it is on the disk. */
export const bundleWriter: BundleWriter = {
  async write(path, { texts, blobs }, progress) {
    if (await exists(path)) {
      const there = await readFile(join(path, 'bundle.json'), 'utf8').catch(() => undefined);
      if (there === texts['bundle.json']) return 'same';
      throw new Problem('FILE_FOREIGN', `${path} is there already, and is not this bundle`, {
        hint: 'remove it, or name another place with -o',
      });
    }
    await mkdir(dirname(path), { recursive: true });
    const draft = await mkdtemp(join(dirname(path), `.${basename(path)}-`));
    try {
      await mkdir(join(draft, 'blobs/sha256'), { recursive: true });
      const total = blobs.reduce((sum, { file }) => sum + file.size, 0);
      let done = 0;
      for (const { digest, file } of blobs) {
        const to = blobPath(draft, digest);
        await copyFile(file.path, to, constants.COPYFILE_FICLONE);
        await synced(to);
        done += file.size;
        progress(done, total);
      }
      for (const [name, text] of Object.entries(texts)) {
        await writeFile(join(draft, name), text);
        await synced(join(draft, name));
      }
      await rename(draft, path);
      await synced(dirname(path));
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      throw error;
    }
    return 'written';
  },
};
