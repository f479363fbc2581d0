import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bundle } from '../../ports/bundles.ts';
import { Problem } from '../../support/problem.ts';
import { contentDigest } from '../files/file-digest.ts';

const isAbsent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

/** Where the blob of a digest lies in a bundle, as an OCI image layout has it. */
export const blobPath = (bundle: string, digest: string): string =>
  join(bundle, 'blobs', ...digest.split(':', 2));

/** A bundle that is a folder on this machine. */
export const bundleFolder = (path: string): Bundle => ({
  path,

  exists: () =>
    stat(path).then(
      () => true,
      () => false,
    ),

  async text(name) {
    try {
      return await readFile(join(path, name), 'utf8');
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw new Problem('FILE_UNREADABLE', `${join(path, name)} cannot be read`, { cause: error });
    }
  },

  async blob(digest) {
    const at = blobPath(path, digest);
    const found = await stat(at).catch(() => undefined);
    return found?.isFile() ? { path: at, size: found.size } : undefined;
  },

  async blobs() {
    const names = await readdir(join(path, 'blobs/sha256')).catch(() => []);
    return names.sort().map((name) => `sha256:${name}`);
  },

  digestOf: contentDigest,
  damaged: async () => [],
});
