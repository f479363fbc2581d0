import {
  type ImageIndex,
  type ImageManifest,
  isIndex,
  readImageManifest,
  readImagePlatform,
} from '../domain/bundles/image-manifest.ts';
import { type Offered, offeredByImage, offeredByIndex } from '../domain/bundles/image-platforms.ts';
import type { ImageDocument, ImageRegistry } from '../ports/image-registry.ts';
import type { PinnedImage } from '../spec/bundle-images.ts';
import { imageName } from '../spec/image-ref.ts';
import { ARCHES, type Arch } from '../support/arch.ts';
import { Problem } from '../support/problem.ts';

/** A pin, with what the registry has under its digest. */
export interface FoundImage {
  readonly pin: PinnedImage;
  readonly name: string;
  readonly top: ImageDocument;
  readonly manifest: ImageIndex | ImageManifest;
  readonly offered: Offered;
}

/** Asks a registry for what a pin names; throws IMAGE_UNUSABLE, SOURCE_UNAVAILABLE. */
export const findImage = async (pin: PinnedImage, registry: ImageRegistry): Promise<FoundImage> => {
  const { ref } = pin;
  const name = imageName(ref);
  const top = await registry.manifest(ref, ref);
  const manifest = readImageManifest(name, top.text);
  if (isIndex(manifest)) return { pin, name, top, manifest, offered: offeredByIndex(manifest) };
  const config = await registry.config(ref, manifest.config);
  const platform = readImagePlatform(name, config.text);
  const one = { mediaType: manifest.mediaType, digest: ref.digest, size: top.file.size, platform };
  return { pin, name, top, manifest, offered: offeredByImage(one) };
};

/** Whose boards an image is for, of those that are wanted. */
export const archesFor = ({ arch }: PinnedImage, wanted: readonly Arch[]): readonly Arch[] =>
  arch === 'any' ? wanted : wanted.filter((one) => one === arch);

/** Whether there is some image for boards of an architecture. */
export const isForSome = (found: readonly FoundImage[], arch: Arch): boolean =>
  found.some(({ pin, offered }) => (pin.arch === 'any' ? offered.arches.has(arch) : pin.arch === arch));

/** Throws ARCH_NOT_IN_SOURCE for every image that lacks an architecture. */
export const refuseLacking = (found: readonly FoundImage[], wanted: readonly Arch[]): void => {
  const problems = found.flatMap(({ pin, name, offered }) => {
    const needed = archesFor(pin, wanted.length > 0 ? wanted : ARCHES);
    const lacking = needed.filter((arch) => !offered.arches.has(arch));
    if (lacking.length === 0) return [];
    const has = offered.platforms.join(', ') || 'no platform at all';
    return [
      new Problem('ARCH_NOT_IN_SOURCE', `${name} has nothing for ${lacking.join(' and ')}: it has ${has}`, {
        hint: 'say with --arch what to bring, or with "arch" in the file of pins whose boards the image is for',
      }),
    ];
  });
  if (problems.length > 0) throw new AggregateError(problems);
};
