import { DEB_INDEX, debsIn, filesIn, imagesIn } from '../domain/bundles/contents.ts';
import { readImageManifest } from '../domain/bundles/image-manifest.ts';
import type { Bundle } from '../ports/bundles.ts';
import type { LocalContent, Source } from '../ports/source.ts';
import type { Release } from '../spec/release.ts';
import { ARCHES } from '../support/arch.ts';
import { digest as digestOf } from '../support/digest.ts';
import { Problem } from '../support/problem.ts';
import { refuseDelta } from './bundle-delta-open.ts';
import { blame, type OpenBundle, openBundle, partFaults, type Trust } from './bundle-open.ts';

/** Opens a bundle whose signature counts and whose small files are what they were. */
const openWhole = async (bundle: Bundle, trust: Trust): Promise<OpenBundle> => {
  const open = await openBundle(bundle, trust);
  await refuseDelta(bundle);
  const faults = await partFaults(bundle, open.manifest);
  if (faults.length === 0) return open;
  const problem = new Problem(
    'BUNDLE_INVALID',
    `${bundle.path}: ${faults.join(', ')}; nothing of it is used`,
    {
      hint: 'copy the bundle again',
    },
  );
  throw await blame(bundle, problem);
};

/**
 * A bundle as the source of a k3s release. Nothing is used of a bundle that is not trusted, or of a blob whose content
 * does not have its digest; throws BUNDLE_INVALID, BUNDLE_UNTRUSTED, BLOB_CORRUPT.
 */
export const bundleSource = (bundle: Bundle, version: string, trust: Trust): Source => {
  const checked = new Map<string, Promise<LocalContent>>();
  let opened: Promise<OpenBundle> | undefined;
  const open = () => {
    opened ??= openWhole(bundle, trust);
    return opened;
  };

  const check = async (name: string, digest: string): Promise<LocalContent> => {
    const content = await bundle.blob(digest);
    if (!content)
      throw new Problem('BUNDLE_INVALID', `${bundle.path}: the blob of ${name} (${digest}) is missing`, {
        hint: 'copy the bundle again',
      });
    const found = await bundle.digestOf(content);
    if (found === digest) return content;
    const problem = new Problem(
      'BLOB_CORRUPT',
      `${bundle.path}: the blob of ${name} has the digest ${found}, not ${digest}`,
      {
        hint: 'copy the bundle again: nothing was used of this blob',
      },
    );
    throw await blame(bundle, problem, content);
  };

  const mediaType = async (name: string, digest: string): Promise<string> => {
    const text = await bundle.text(`blobs/${digest.replace(':', '/')}`);
    if (text !== undefined && digestOf(text) === digest) return readImageManifest(name, text).mediaType;
    throw new Problem(
      'BLOB_CORRUPT',
      `${bundle.path}: the manifest of ${name} (${digest}) is not what it was`,
      {
        hint: 'copy the bundle again',
      },
    );
  };

  return {
    async release() {
      const { manifest } = await open();
      if (manifest.k3s?.version !== version)
        throw new Problem(
          'BUNDLE_INVALID',
          `${bundle.path} has ${manifest.k3s ? `k3s ${manifest.k3s.version}` : 'no k3s'}, the cluster file wants ${version}`,
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
      const content = checked.get(digest) ?? check(name, digest);
      checked.set(digest, content);
      return content;
    },
    async contents() {
      const { manifest } = await open();
      const types = new Map<string, string>();
      for (const item of manifest.contents)
        if (item.role === 'image' && item.arch !== 'any')
          types.set(item.digest, await mediaType(item.what, item.digest));
      // Opened whole: a part that the manifest names is what it was.
      const hasDebs = manifest.parts.some(({ path }) => path === DEB_INDEX);
      return {
        files: filesIn(manifest),
        images: imagesIn(manifest, ({ digest }) => types.get(digest) ?? ''),
        ...(hasDebs ? { debs: debsIn(manifest, (await bundle.text(DEB_INDEX)) ?? '') } : {}),
      };
    },
    async mark() {
      // A settled cluster needs no bundle any more, so that one which was carried away is no fault.
      if (!(await bundle.exists())) return undefined;
      const { manifest, text } = await open();
      return { name: manifest.name, serial: manifest.serial, digest: digestOf(text) };
    },
  };
};
