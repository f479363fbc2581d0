import type { BundleFolder } from '../ports/bundles.ts';
import type { LocalFile, Source } from '../ports/source.ts';
import type { Release } from '../spec/release.ts';
import { ARCHES } from '../support/arch.ts';
import { Problem } from '../support/problem.ts';
import { openBundle, type Trust } from './bundle-open.ts';

/**
 * A bundle as the source of a k3s release. Nothing is used of a bundle that is not trusted, or of a blob whose content
 * does not have its digest; throws BUNDLE_INVALID, BUNDLE_UNTRUSTED, BLOB_CORRUPT.
 */
export const bundleSource = (folder: BundleFolder, version: string, trust: Trust): Source => {
  const checked = new Map<string, Promise<LocalFile>>();

  const check = async (name: string, digest: string): Promise<LocalFile> => {
    const file = await folder.blob(digest);
    if (!file)
      throw new Problem('BUNDLE_INVALID', `${folder.path}: the blob of ${name} (${digest}) is missing`);
    const found = await folder.digestOf(file);
    if (found === digest) return file;
    throw new Problem(
      'BLOB_CORRUPT',
      `${folder.path}: the blob of ${name} has the digest ${found}, not ${digest}`,
      {
        hint: 'copy the bundle again: nothing was used of this blob',
      },
    );
  };

  return {
    async release() {
      const { manifest } = await openBundle(folder, trust);
      if (manifest.k3s?.version !== version)
        throw new Problem(
          'BUNDLE_INVALID',
          `${folder.path} has ${manifest.k3s ? `k3s ${manifest.k3s.version}` : 'no k3s'}, the cluster file wants ${version}`,
          { hint: 'name the right bundle, or the version that it has in k3s.version' },
        );
      const fileOf = (arch: string, role: string) => {
        const item = manifest.contents.find((each) => each.arch === arch && each.role === role);
        return item && { name: item.what, sha256: item.digest.replace('sha256:', '') };
      };
      return Object.fromEntries(
        ARCHES.flatMap((arch) => {
          const [binary, images] = [fileOf(arch, 'k3s-binary'), fileOf(arch, 'k3s-images')];
          return binary && images ? [[arch, { binary, images }]] : [];
        }),
      ) as Release;
    },
    fetch({ name, digest }) {
      const file = checked.get(digest) ?? check(name, digest);
      checked.set(digest, file);
      return file;
    },
  };
};
