import type { OrderedLayer } from '../domain/bundles/delta-bases.ts';
import {
  type Descriptor,
  isIndex,
  OCI_INDEX,
  OCI_MANIFEST,
  readImageManifest,
} from '../domain/bundles/image-manifest.ts';
import { layoutIndex } from '../domain/bundles/image-platforms.ts';
import type { LayoutEntry } from '../domain/bundles/layout.ts';
import type { BundleImage, BundleItem } from '../domain/bundles/manifest.ts';
import { zstdIndex } from '../domain/bundles/zstd-image.ts';
import type { Progress } from '../ports/bundles.ts';
import type { ImageRegistry } from '../ports/image-registry.ts';
import type { LayerEncoder } from '../ports/layers.ts';
import type { LocalContent, LocalFile } from '../ports/source.ts';
import type { PinnedImage } from '../spec/bundle-images.ts';
import { imageName } from '../spec/image-ref.ts';
import { ARCHES, type Arch } from '../support/arch.ts';
import { bytes } from '../support/bytes.ts';
import { type Digest, digest } from '../support/digest.ts';
import { Problem } from '../support/problem.ts';
import { inZstd } from './bundle-zstd.ts';
import { archesFor, type FoundImage, findImage, isForSome, refuseLacking } from './find-images.ts';

/** What the images of a bundle are made from. */
export interface BringImages {
  readonly images: readonly PinnedImage[];
  /** The architectures to bring; absent: `atLeast`, and every one that some image has. */
  readonly arches: readonly Arch[] | undefined;
  readonly atLeast: readonly Arch[];
  readonly registry: ImageRegistry;
  readonly encoder: LayerEncoder;
  readonly tell: (says: string) => void;
  /** How far a step is that takes long. */
  readonly meter: (says: string) => Progress;
}

/** The images of a bundle: their blobs, and what names them. */
export interface BroughtImages {
  readonly blobs: readonly { readonly item: BundleItem; readonly file: LocalContent }[];
  readonly layout: readonly LayoutEntry[];
  readonly images: readonly BundleImage[];
  readonly layers: readonly OrderedLayer[];
}

type Blob = BroughtImages['blobs'][number];

/** An image for one architecture: what names it, and its manifest, configuration and layers. */
interface OneImage {
  readonly descriptor: Descriptor;
  readonly blobs: readonly Blob[];
  readonly layers: readonly OrderedLayer[];
}

/** Fetches an image for one architecture, and packs its layers as the pin says. */
const imageBlobs = async (
  { pin, name }: FoundImage,
  arch: Arch,
  one: Descriptor,
  { registry, encoder, tell, meter }: BringImages,
): Promise<OneImage> => {
  const { ref } = pin;
  const { text, file } = await registry.manifest(ref, one);
  const manifest = readImageManifest(name, text);
  if (isIndex(manifest))
    throw new Problem('IMAGE_UNUSABLE', `${name} for ${arch} is an index inside an index`);
  const blob = (role: BundleItem['role'], of: Digest, file: LocalContent): Blob => ({
    item: { what: name, role, arch, digest: of, size: file.size },
    file,
  });
  const { config, layers } = manifest;
  const document = await registry.config(ref, config);
  const each = [...new Map(layers.map((layer) => [layer.digest, layer])).values()];
  const fetched = new Map<Digest, LocalFile>();
  for (const [index, layer] of each.entries()) {
    tell(`fetch ${name} for ${arch}, layer ${index + 1} of ${each.length}, ${bytes(layer.size)}`);
    fetched.set(layer.digest, await registry.layer(ref, layer));
  }
  const made =
    pin.layers === 'zstd'
      ? await inZstd({
          name,
          arch,
          digest: one.digest,
          manifest,
          config: document.text,
          fetched,
          encoder,
          meter,
        })
      : { text: undefined, layers: fetched, ordered: [] };
  const bytesOf = made.text === undefined ? undefined : Buffer.from(made.text);
  const descriptor = bytesOf
    ? { ...one, mediaType: OCI_MANIFEST, digest: digest(bytesOf), size: bytesOf.length }
    : one;
  return {
    descriptor,
    layers: made.ordered.map(({ digest, isNew }) => ({ image: name, arch, digest, encoded: isNew })),
    blobs: [
      blob('image', descriptor.digest, bytesOf ? inMemory(bytesOf) : file),
      blob('image-config', config.digest, document.file),
      ...[...made.layers].map(([of, layer]) => blob('image-layer', of, layer)),
    ],
  };
};

const inMemory = (bytes: Uint8Array): LocalContent => ({ pieces: [{ bytes }], size: bytes.length });

const bring = async (found: FoundImage, arches: readonly Arch[], of: BringImages): Promise<BroughtImages> => {
  const { pin, name, top, manifest, offered } = found;
  const list = (of: Digest, size: number, file: LocalContent): Blob => ({
    item: { what: name, role: 'image', arch: 'any', digest: of, size },
    file,
  });
  const kept: Descriptor[] = [];
  const blobs: Blob[] = [];
  const layers: OrderedLayer[] = [];
  let isNew = false;
  for (const arch of arches) {
    const one = offered.arches.get(arch);
    if (!one) continue;
    const image = await imageBlobs(found, arch, one, of);
    isNew ||= image.descriptor.digest !== one.digest;
    kept.push(image.descriptor);
    blobs.push(...image.blobs);
    layers.push(...image.layers);
  }
  const [first] = kept;
  const made =
    isNew && isIndex(manifest)
      ? zstdIndex(pin.ref.digest, manifest, kept)
      : isNew
        ? undefined
        : layoutIndex(manifest, kept);
  // The index that was pinned comes along: it proves where the images are from, and may be named by its digest.
  if (isIndex(manifest) && !isNew) blobs.push(list(pin.ref.digest, top.file.size, top.file));
  const bytes = made === undefined ? undefined : Buffer.from(made);
  const root = bytes
    ? { mediaType: OCI_INDEX, digest: digest(bytes), size: bytes.length }
    : isIndex(manifest) || !first
      ? { mediaType: manifest.mediaType, digest: pin.ref.digest, size: top.file.size }
      : { mediaType: first.mediaType, digest: first.digest, size: first.size };
  if (bytes) blobs.push(list(root.digest, bytes.length, inMemory(bytes)));
  return {
    blobs,
    layers,
    layout: [{ name, ...root }],
    images: [{ name, digest: pin.ref.digest, arch: pin.arch, ...(isNew ? { layers: 'zstd' as const } : {}) }],
  };
};

/**
 * Fetches what pins name for the architectures asked for; throws ARCH_NOT_IN_SOURCE for every image that lacks one,
 * before any layer is fetched.
 */
export const bringImages = async (of: BringImages): Promise<BroughtImages> => {
  const found: FoundImage[] = [];
  for (const pin of of.images) {
    of.tell(`look at ${imageName(pin.ref)}`);
    found.push(await findImage(pin, of.registry));
  }
  const wanted = of.arches ?? ARCHES.filter((arch) => of.atLeast.includes(arch) || isForSome(found, arch));
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
    layers: brought.flatMap(({ layers }) => layers),
  };
};
