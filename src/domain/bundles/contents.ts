import type { ContentDeb, ContentFile, ContentImage } from '../../spec/contents.ts';
import { readDebIndex } from '../debian/index-entry.ts';
import { readDebFileName } from '../debian/package.ts';
import type { BundleItem, BundleManifest } from './manifest.ts';

/** The files and models of a bundle. */
export const filesIn = ({ contents }: BundleManifest): readonly ContentFile[] =>
  contents
    .filter(({ role }) => role === 'file' || role === 'model')
    .map(({ what, digest, size, arch }) => ({
      name: what,
      sha256: digest.replace('sha256:', ''),
      size,
      arch,
    }));

/** The images of a bundle, one for each architecture. `typeOf` gives the media type of a manifest. */
export const imagesIn = (
  { contents }: BundleManifest,
  typeOf: (manifest: BundleItem) => string,
): readonly ContentImage[] =>
  contents.flatMap((item) => {
    const { what, arch, digest, size } = item;
    if (item.role !== 'image' || arch === 'any') return [];
    const parts = contents.filter(
      (part) => part.what === what && part.arch === arch && part.role.startsWith('image'),
    );
    const config = parts.find(({ role }) => role === 'image-config');
    if (!config) return [];
    return [
      {
        name: what,
        arch,
        manifest: { mediaType: typeOf(item), digest, size },
        config: config.digest,
        blobs: parts.map((part) => part.digest),
      },
    ];
  });

/** The small file of a bundle that says of its Debian packages what apt has to know; only one with packages has it. */
export const DEB_INDEX = 'deb-packages';

/** The Debian packages of a bundle. `index` is the text of that file: what it does not name cannot be installed. */
export const debsIn = ({ contents }: BundleManifest, index: string): readonly ContentDeb[] => {
  const entries = readDebIndex(index);
  return contents.flatMap(({ what, role, arch, digest, size }) => {
    const named = role === 'deb' ? readDebFileName(what) : undefined;
    const entry = entries.get(digest);
    if (!named || !entry || arch === 'any') return [];
    const { name, version } = named;
    return [{ name, version, arch, sha256: digest.replace('sha256:', ''), size, entry }];
  });
};
