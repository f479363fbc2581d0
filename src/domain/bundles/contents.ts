import type { ContentFile, ContentImage } from '../../spec/contents.ts';
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
