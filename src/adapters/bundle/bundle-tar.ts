import { buffer } from 'node:stream/consumers';
import type { Bundle } from '../../ports/bundles.ts';
import type { LocalContent } from '../../ports/source.ts';
import { Problem } from '../../support/problem.ts';
import { readContent } from '../files/content.ts';
import { contentDigest } from '../files/file-digest.ts';
import { TarFault, tarIndex } from './tar-index.ts';
import type { tarHeader } from './tar-of.ts';

/** More bytes than a bundle's small files have. */
const LONGEST_TEXT = 256 << 20;
const BLOBS = 'blobs/sha256/';

/**
 * A bundle in a tar archive, read where it lies; throws BUNDLE_INVALID when the archive is damaged. One with `header` was
 * written by edgectl, with headers like that.
 */
export const bundleTar = async (
  path: string,
  archive: LocalContent,
  header?: typeof tarHeader,
): Promise<Bundle> => {
  const files = await tarIndex(archive, header).catch((error: unknown) => {
    if (error instanceof TarFault)
      throw new Problem('BUNDLE_INVALID', `${path} is no whole tar file: ${error.message}`, {
        hint: 'copy the bundle again: nothing was used of it',
      });
    throw new Problem('FILE_UNREADABLE', `${path} cannot be read`, { cause: error });
  });
  return {
    path,

    exists: async () => true,

    async text(name) {
      const content = files.get(name);
      if (!content) return undefined;
      if (content.size > LONGEST_TEXT)
        throw new Problem('BUNDLE_INVALID', `${path}: ${name} has ${content.size} bytes, which is too much`);
      // As it stands there, with a mark of its byte order: a signature is of every byte.
      return (await buffer(readContent(content))).toString();
    },

    blob: async (digest) => files.get(`blobs/${digest.replace(':', '/')}`),
    blobs: async () =>
      [...files.keys()]
        .filter((name) => name.startsWith(BLOBS))
        .sort()
        .map((name) => `sha256:${name.slice(BLOBS.length)}`),

    digestOf: contentDigest,
    damaged: async () => [],
  };
};
