import { mkdir, readdir, readFile, rename, rm, stat, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BundleWriter, NewBlob } from '../../ports/bundles.ts';
import { digest as digestOf } from '../../support/digest.ts';
import { Problem } from '../../support/problem.ts';
import { fileDigest } from '../files/file-digest.ts';
import { mustFit, synced, writeContent, writeText } from '../files/write-content.ts';
import { blobPath } from './bundle-folder.ts';

/** Says of which bundle the copy is that has begun in a folder; it goes when the copy is whole. */
const MARK = '.edgectl-copy';

const textAt = (path: string) => readFile(path, 'utf8').catch(() => undefined);
const sizeAt = async (path: string) => (await stat(path).catch(() => undefined))?.size;

/** Marks a folder as the place of this copy; throws FILE_FOREIGN when something else is in it. */
const begin = async (path: string, manifest: string): Promise<void> => {
  const foreign = (what: string) =>
    new Problem('FILE_FOREIGN', `${path} is there already, and is ${what}`, {
      hint: 'remove it, or name another place',
    });
  if ((await stat(path).catch(() => undefined))?.isFile()) throw foreign('a file');
  const there = await textAt(join(path, 'bundle.json'));
  if (there !== undefined && there !== manifest) throw foreign('another bundle');
  if (there !== undefined) return;
  await mkdir(join(path), { recursive: true });
  const mark = await textAt(join(path, MARK));
  if (mark === digestOf(manifest)) return;
  const others = (await readdir(path)).filter((name) => !name.startsWith(MARK));
  if (others.length > 0)
    throw foreign(mark === undefined ? 'no bundle' : 'the beginning of a copy of another bundle');
  await writeText(join(path, MARK), digestOf(manifest));
};

/** Copies one blob, from where an earlier try ended; what that left may be torn, so it counts by its digest only. */
const copyBlob = async (to: string, blob: NewBlob, progress: (done: number) => void): Promise<boolean> => {
  const { file, digest, name } = blob;
  if ((await sizeAt(to)) === file.size && (await fileDigest(to, progress)) === digest) return false;
  const part = `${to}.part`;
  const left = (await sizeAt(part)) ?? 0;
  if (left > file.size) await truncate(part, 0);
  const have = left > file.size ? 0 : left;
  let found = await writeContent(file, part, progress, have);
  if (found !== digest && have > 0) found = await writeContent(file, part, progress);
  if (found !== digest) {
    await rm(part);
    throw new Problem('BLOB_CORRUPT', `the blob of ${name} has the digest ${found}, not ${digest}`, {
      hint: 'copy the bundle again from where it was made',
    });
  }
  await rename(part, to);
  return true;
};

/**
 * Copies a bundle into a folder, blob by blob, each verified; after an interruption it goes on where it was, and what is
 * there is verified too. `bundle.json` comes last, so that a half copy does not read as a bundle.
 */
export const bundleCopyWriter: BundleWriter = {
  async write(path, { texts, blobs }, progress) {
    const { 'bundle.json': manifest = '', ...others } = texts;
    await begin(path, manifest);
    await mkdir(join(path, 'blobs/sha256'), { recursive: true });
    const places = blobs.map((blob) => ({ blob, to: blobPath(path, blob.digest) }));
    const sizes = places.map(async ({ blob, to }) =>
      Math.max(0, blob.file.size - ((await sizeAt(to)) ?? (await sizeAt(`${to}.part`)) ?? 0)),
    );
    await mustFit(
      path,
      (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0),
    );
    const total = blobs.reduce((sum, { file }) => sum + file.size, 0);
    let before = 0;
    let changes = 0;
    for (const { blob, to } of places) {
      if (await copyBlob(to, blob, (done) => progress(before + done, total))) changes++;
      before += blob.file.size;
    }
    for (const [name, text] of [...Object.entries(others), ['bundle.json', manifest] as const]) {
      if ((await textAt(join(path, name))) === text) continue;
      // Before the last one, everything else is on the disk.
      if (name === 'bundle.json')
        for (const folder of ['blobs/sha256', '.']) await synced(join(path, folder));
      await writeText(join(path, name), text);
      changes++;
    }
    await rm(join(path, MARK), { force: true });
    await synced(path);
    await synced(dirname(path));
    return changes > 0 ? 'written' : 'same';
  },
};
