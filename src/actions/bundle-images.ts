import {
  type Descriptor,
  type ImageIndex,
  type ImageManifest,
  isIndex,
  OCI_INDEX,
  readImageManifest,
  readImagePlatform,
} from '../domain/bundles/image-manifest.ts';
import {
  layoutIndex,
  type Offered,
  offeredByImage,
  offeredByIndex,
} from '../domain/bundles/image-platforms.ts';
import type { LayoutEntry } from '../domain/bundles/layout.ts';
import type { BundleImage, BundleItem } from '../domain/bundles/manifest.ts';
import type { ImageDocument, ImageRegistry } from '../ports/image-registry.ts';
import type { LocalContent } from '../ports/source.ts';
import type { PinnedImage } from '../spec/bundle-images.ts';
import { imageName } from '../spec/image-ref.ts';
import { ARCHES, type Arch } from '../support/arch.ts';
import { bytes } from '../support/bytes.ts';
import { type Digest, digest } from '../support/digest.ts';
import { Problem } from '../support/problem.ts';

/** What the images of a bundle are made from. */
export interface BringImages {
  readonly images: readonly PinnedImage[];
  /** The architectures to bring; absent: `atLeast`, and every one that some image has. */
  readonly arches: readonly Arch[] | undefined;
  readonly atLeast: readonly Arch[];
  readonly registry: ImageRegistry;
  readonly tell: (says: string) => void;
}

/** The images of a bundle: their blobs, and what names them. */
export interface BroughtImages {
  readonly blobs: readonly { readonly item: BundleItem; readonly file: LocalContent }[];
  readonly layout: readonly LayoutEntry[];
  readonly images: readonly BundleImage[];
}

type Blob = BroughtImages['blobs'][number];

/** A pin, with what the registry has under its digest. */
interface Found {
  readonly pin: PinnedImage;
  readonly name: string;
  readonly top: ImageDocument;
  readonly manifest: ImageIndex | ImageManifest;
  readonly offered: Offered;
}

const find = async (pin: PinnedImage, registry: ImageRegistry): Promise<Found> => {
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

const archesFor = ({ arch }: PinnedImage, wanted: readonly Arch[]): readonly Arch[] =>
  arch === 'any' ? wanted : wanted.filter((one) => one === arch);

const isFor = (found: readonly Found[], arch: Arch): boolean =>
  found.some(({ pin, offered }) => (pin.arch === 'any' ? offered.arches.has(arch) : pin.arch === arch));

const refuseLacking = (found: readonly Found[], wanted: readonly Arch[]): void => {
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

/** The manifest, configuration and layers of one image for one architecture. */
const imageBlobs = async (
  { pin: { ref }, name }: Found,
  arch: Arch,
  one: Descriptor,
  { registry, tell }: BringImages,
): Promise<readonly Blob[]> => {
  const { text, file } = await registry.manifest(ref, one);
  const manifest = readImageManifest(name, text);
  if (isIndex(manifest))
    throw new Problem('IMAGE_UNUSABLE', `${name} for ${arch} is an index inside an index`);
  const blob = (role: BundleItem['role'], of: Digest, file: LocalContent): Blob => ({
    item: { what: name, role, arch, digest: of, size: file.size },
    file,
  });
  const { config, layers } = manifest;
  const blobs = [
    blob('image', one.digest, file),
    blob('image-config', config.digest, (await registry.config(ref, config)).file),
  ];
  const each = [...new Map(layers.map((layer) => [layer.digest, layer])).values()];
  for (const [index, layer] of each.entries()) {
    tell(`fetch ${name} for ${arch}, layer ${index + 1} of ${each.length}, ${bytes(layer.size)}`);
    blobs.push(blob('image-layer', layer.digest, await registry.layer(ref, layer)));
  }
  return blobs;
};

const bring = async (found: Found, arches: readonly Arch[], of: BringImages): Promise<BroughtImages> => {
  const { pin, name, top, manifest, offered } = found;
  const list = (of: Digest, size: number, file: LocalContent): Blob => ({
    item: { what: name, role: 'image', arch: 'any', digest: of, size },
    file,
  });
  const kept: Descriptor[] = [];
  const blobs: Blob[] = [];
  for (const arch of arches) {
    const one = offered.arches.get(arch);
    if (!one) continue;
    kept.push(one);
    blobs.push(...(await imageBlobs(found, arch, one, of)));
  }
  const made = layoutIndex(manifest, kept);
  // The index that was pinned comes along: it proves where the images are from, and may be named by its digest.
  if (isIndex(manifest)) blobs.push(list(pin.ref.digest, top.file.size, top.file));
  const bytes = made === undefined ? undefined : Buffer.from(made);
  const root = bytes
    ? { mediaType: OCI_INDEX, digest: digest(bytes), size: bytes.length }
    : { mediaType: manifest.mediaType, digest: pin.ref.digest, size: top.file.size };
  if (bytes) blobs.push(list(root.digest, bytes.length, { pieces: [{ bytes }], size: bytes.length }));
  return {
    blobs,
    layout: [{ name, ...root }],
    images: [{ name, digest: pin.ref.digest, arch: pin.arch }],
  };
};

/**
 * Fetches what pins name for the architectures asked for; throws ARCH_NOT_IN_SOURCE for every image that lacks one,
 * before any layer is fetched.
 */
export const bringImages = async (of: BringImages): Promise<BroughtImages> => {
  const found: Found[] = [];
  for (const pin of of.images) {
    of.tell(`look at ${imageName(pin.ref)}`);
    found.push(await find(pin, of.registry));
  }
  const wanted = of.arches ?? ARCHES.filter((arch) => of.atLeast.includes(arch) || isFor(found, arch));
  refuseLacking(found, wanted);
  const brought: BroughtImages[] = [];
  for (const each of found) {
    const arches = archesFor(each.pin, wanted);
    if (arches.length > 0) brought.push(await bring(each, arches, of));
  }
  return {
    blobs: brought.flatMap(({ blobs }) => blobs),
    layout: brought.flatMap(({ layout }) => layout),
    images: brought.flatMap(({ images }) => images),
  };
};
