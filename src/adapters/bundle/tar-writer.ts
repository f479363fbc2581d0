import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { BundleWriter } from '../../ports/bundles.ts';
import { mustFit, synced, writeContent } from '../files/write-content.ts';
import { isThere } from './bundle-writer.ts';
import { tarOf } from './tar-of.ts';

/** Writes a bundle as one tar file beside its place, and renames it when all of it is on the disk. */
export const bundleTarWriter: BundleWriter = {
  async write(path, bundle, progress) {
    if (await isThere(path, bundle)) return 'same';
    const folder = dirname(path);
    await mkdir(folder, { recursive: true });
    const archive = tarOf(bundle);
    await mustFit(folder, archive.size);
    const draft = join(folder, `.${basename(path)}-${process.pid}`);
    try {
      await writeContent(archive, draft, (done) => progress(done, archive.size));
      await rename(draft, path);
      await synced(folder);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
    return 'written';
  },
};
