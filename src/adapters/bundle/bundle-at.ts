import { stat } from 'node:fs/promises';
import type { Bundle } from '../../ports/bundles.ts';
import { bundleFolder } from './bundle-folder.ts';
import { findPartList } from './part-list.ts';

const open = async (path: string): Promise<Bundle> => {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return bundleFolder(path);
  const list = await findPartList(path, found?.isFile() ?? false);
  // A folder is the usual form: what reads the others is loaded when there is one.
  if (list !== undefined) return (await import('./bundle-parts.ts')).bundleParts(path, list);
  if (found?.isFile()) return (await import('./bundle-tar.ts')).bundleTar(path, { path, size: found.size });
  return bundleFolder(path);
};

/**
 * The bundle at a path: a folder, a tar file, or a set of parts, by the name of its list, of a part, or of what stands
 * before `.000`. It is opened when it is first asked for something.
 */
export const bundleAt = (path: string): Bundle => {
  let opened: Promise<Bundle> | undefined;
  const bundle = () => {
    opened ??= open(path);
    return opened;
  };
  return {
    path,
    exists: async () => (await bundle()).exists(),
    text: async (name) => (await bundle()).text(name),
    blob: async (digest) => (await bundle()).blob(digest),
    blobs: async () => (await bundle()).blobs(),
    digestOf: async (content, progress) => (await bundle()).digestOf(content, progress),
    damaged: async (content) => (await bundle()).damaged(content),
  };
};
