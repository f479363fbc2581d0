import { Problem } from '../../support/problem.ts';
import { isImageConfig, readImageConfig } from './image-config.ts';
import {
  type Descriptor,
  type ImageManifest,
  isIndex,
  isLayer,
  readImageManifest,
} from './image-manifest.ts';
import { offeredByImage } from './image-platforms.ts';
import type { BundleItem, BundleManifest } from './manifest.ts';

/** A layer that a manifest names, and what its configuration says of it. `of` is the image in messages. */
export interface NamedLayer {
  readonly of: string;
  readonly digest: string;
  readonly mediaType: string;
  readonly diffId: string;
}

/** What is wrong with the images of a bundle, a text each, and the layers that have to be looked into. */
export interface ReadImages {
  readonly faults: readonly string[];
  readonly layers: readonly NamedLayer[];
}

/** The small documents of images by their digests; undefined for one that is missing or damaged. */
export type DocumentOf = (digest: string) => string | undefined;

const ROLES = { config: 'image-config', layer: 'image-layer' } as const;
const WORDS = { config: 'configuration', layer: 'layer' } as const;

/** What a manifest names and what bundle.json has for it are the same things, of the same sizes. */
const partFaults = (
  of: string,
  { config, layers }: ImageManifest,
  parts: readonly BundleItem[],
): readonly string[] => {
  const named = [
    { kind: 'config' as const, one: config },
    ...layers.map((one) => ({ kind: 'layer' as const, one })),
  ];
  const faults = new Set<string>();
  for (const { kind, one } of named) {
    const its = `${of}: its ${WORDS[kind]} ${one.digest}`;
    const part = parts.find(({ role, digest }) => role === ROLES[kind] && digest === one.digest);
    if (!part) faults.add(`${its} is not in bundle.json`);
    else if (part.size !== one.size)
      faults.add(`${its} has ${part.size} bytes, its manifest says ${one.size}`);
  }
  for (const { digest } of parts)
    if (!named.some(({ one }) => one.digest === digest))
      faults.add(`${of}: ${digest} is in bundle.json, and its manifest does not name it`);
  return [...faults];
};

const configFaults = (
  of: string,
  { config, layers }: ImageManifest,
  item: BundleItem,
  documentOf: DocumentOf,
): ReadImages => {
  const text = isImageConfig(config) ? documentOf(config.digest) : undefined;
  if (text === undefined) return { faults: [], layers: [] };
  const its = `${of}: its configuration ${config.digest}`;
  const read = readImageConfig(text);
  if (!read) return { faults: [`${its} is not understood`], layers: [] };
  const faults: string[] = [];
  const { os, architecture, variant, rootfs } = read;
  const platform = { os, architecture, variant };
  if (item.arch !== 'any' && !offeredByImage({ ...config, platform }).arches.has(item.arch))
    faults.push(`${its} is for ${[os, architecture, ...(variant ? [variant] : [])].join('/')}`);
  const ids = rootfs.diff_ids;
  if (ids.length !== layers.length) {
    faults.push(`${its} names ${ids.length} layers, its manifest ${layers.length}`);
    return { faults, layers: [] };
  }
  const isOne = (one: Descriptor): boolean => {
    if (!isLayer(one)) faults.push(`${of}: its layer ${one.digest} is no layer, but ${one.mediaType}`);
    return isLayer(one);
  };
  const named = layers.flatMap((one, index) =>
    isOne(one) ? [{ of, digest: one.digest, mediaType: one.mediaType, diffId: ids[index] ?? '' }] : [],
  );
  return { faults, layers: named };
};

const readOne = (item: BundleItem, { contents }: BundleManifest, documentOf: DocumentOf): ReadImages => {
  const text = documentOf(item.digest);
  if (text === undefined) return { faults: [], layers: [] };
  const of = `${item.what} for ${item.arch}`;
  try {
    const manifest = readImageManifest(of, text);
    if (isIndex(manifest)) return { faults: [`${of}: its manifest ${item.digest} is an index`], layers: [] };
    const parts = contents.filter(
      ({ what, arch, role }) => what === item.what && arch === item.arch && role.startsWith('image-'),
    );
    const { faults, layers } = configFaults(of, manifest, item, documentOf);
    return { faults: [...partFaults(of, manifest, parts), ...faults], layers };
  } catch (error) {
    if (error instanceof Problem) return { faults: [`${error.message} (${item.digest})`], layers: [] };
    throw error;
  }
};

/** Compares the manifests and configurations of a bundle's images with each other and with bundle.json. */
export const readImages = (manifest: BundleManifest, documentOf: DocumentOf): ReadImages => {
  const all = manifest.contents
    .filter(({ role, arch }) => role === 'image' && arch !== 'any')
    .map((item) => readOne(item, manifest, documentOf));
  return { faults: all.flatMap(({ faults }) => faults), layers: all.flatMap(({ layers }) => layers) };
};
