import { constants } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { BundleWriter, NewBundle, Progress } from '../../ports/bundles.ts';
import { Problem } from '../../support/problem.ts';
import { synced, writeContent } from '../files/write-content.ts';
import { bundleAt } from './bundle-at.ts';
import { blobPath } from './bundle-folder.ts';

/** Whether a bundle is at its place already; throws FILE_FOREIGN when something else is. */
export const isThere = async (path: string, { texts }: NewBundle): Promise<boolean> => {
  if (!(await stat(path).catch(() => undefined))) return false;
  const there = bundleAt(path);
  // A delta has the bundle.json of the bundle that comes out of it.
  const isSame = async (name: string) => (await there.text(name).catch(() => undefined)) === texts[name];
  if ((await isSame('bundle.json')) && (await isSame('delta.json'))) return true;
  throw new Problem('FILE_FOREIGN', `${path} is there already, and is not this bundle`, {
    hint: 'remove it, or name another place with -o',
  });
};

const fill = async (draft: string, { texts, blobs }: NewBundle, progress: Progress): Promise<void> => {
  await mkdir(join(draft, 'blobs/sha256'), { recursive: true });
  const total = blobs.reduce((sum, { file }) => sum + file.size, 0);
  let before = 0;
  for (const { digest, file } of blobs) {
    const to = blobPath(draft, digest);
    if ('pieces' in file) await writeContent(file, to, (done) => progress(before + done, total));
    else {
      await copyFile(file.path, to, constants.COPYFILE_FICLONE);
      await synced(to);
      progress(before + file.size, total);
    }
    before += file.size;
  }
  for (const [name, text] of Object.entries(texts)) {
    await writeFile(join(draft, name), text);
    await synced(join(draft, name));
  }
};

/** Writes a bundle as a folder beside its place, and renames it when all of it is on the disk. */
export const bundleWriter: BundleWriter = {
  async write(path, bundle, progress) {
    if (await isThere(path, bundle)) return 'same';
    await mkdir(dirname(path), { recursive: true });
    const draft = await mkdtemp(join(dirname(path), `.${basename(path)}-`));
    try {
      await fill(draft, bundle, progress);
      await rename(draft, path);
      await synced(dirname(path));
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      throw error;
    }
    return 'written';
  },
};
