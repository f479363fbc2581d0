import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { BundleSplitter } from '../../ports/bundles.ts';
import type { LocalContent } from '../../ports/source.ts';
import { Problem } from '../../support/problem.ts';
import { sliceOf } from '../files/content.ts';
import { contentDigest, fileDigest } from '../files/file-digest.ts';
import { mustFit, synced, writeContent, writeText } from '../files/write-content.ts';
import { type BundlePart, MOST_PARTS, partListPath, partListText } from './part-list.ts';
import { tarOf } from './tar-of.ts';

const foreign = (path: string): Problem =>
  new Problem('FILE_FOREIGN', `${path} is there already, and is not of this bundle`, {
    hint: 'remove it, or name another place with -o',
  });

/** Writes one part, unless it is there; gives its digest and whether it was written. */
const writePart = async (path: string, slice: LocalContent, progress: (done: number) => void) => {
  const there = await stat(path).catch(() => undefined);
  if (there) {
    const digest = await contentDigest(slice, progress);
    if (!there.isFile() || there.size !== slice.size || (await fileDigest(path)) !== digest)
      throw foreign(path);
    return { digest, isNew: false };
  }
  const draft = `${path}.part`;
  try {
    const digest = await writeContent(slice, draft, progress);
    await rename(draft, path);
    return { digest, isNew: true };
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
};

/** Writes a bundle as parts of one tar archive, each whole or not at all, and the list of them last. */
export const splitBundle: BundleSplitter = async (prefix, size, bundle, progress) => {
  const archive = tarOf(bundle);
  const count = Math.ceil(archive.size / size);
  if (count > MOST_PARTS)
    throw new Problem('FLAG_INVALID', `that would be ${count} parts; ${MOST_PARTS} is the most`, {
      hint: 'name a bigger --size',
    });
  const folder = dirname(prefix);
  const list = partListPath(prefix);
  await mkdir(folder, { recursive: true });
  const before = await readFile(list, 'utf8').catch(() => undefined);
  if (before === undefined) await mustFit(folder, archive.size);
  const parts: BundlePart[] = [];
  let changes = 0;
  for (let index = 0; index < count; index++) {
    const name = `${basename(prefix)}.${String(index).padStart(3, '0')}`;
    const slice = sliceOf(archive, index * size, size);
    const { digest, isNew } = await writePart(join(folder, name), slice, (done) =>
      progress(index * size + done, archive.size),
    );
    parts.push({ name, digest, size: slice.size });
    if (isNew) changes++;
  }
  const text = partListText(parts);
  if (before !== undefined && before !== text) throw foreign(list);
  if (before === undefined) await writeText(list, text);
  await synced(folder);
  return { list, parts, changes: changes + (before === undefined ? 1 : 0) };
};
