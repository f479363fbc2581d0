import { ARCHES, type Arch } from '../../support/arch.ts';
import type { Descriptor, ImageIndex } from './image-manifest.ts';

interface Platform {
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string | undefined;
}

// What an absent variant means (github.com/containerd/platforms): every board of that architecture runs it.
const BASE: Readonly<Record<Arch, string>> = { amd64: 'v1', arm64: 'v8' };

const archOf = ({ architecture, os, variant = '' }: Platform): Arch | undefined =>
  os === 'linux'
    ? ARCHES.find((arch) => arch === architecture && (variant === '' || variant === BASE[arch]))
    : undefined;

const platformText = ({ architecture, os, variant }: Platform): string =>
  [os, architecture, ...(variant ? [variant] : [])].join('/');

/** What an image has: a `T` for each architecture, and every platform in words. */
export interface Offered<T> {
  readonly arches: ReadonlyMap<Arch, T>;
  readonly platforms: readonly string[];
}

const offered = <T>(all: readonly (readonly [Platform, T])[]): Offered<T> => {
  const arches = new Map<Arch, T>();
  for (const [platform, one] of all) {
    const arch = archOf(platform);
    if (arch && !arches.has(arch)) arches.set(arch, one);
  }
  return { arches, platforms: all.map(([platform]) => platformText(platform)) };
};

/** The manifests of an index, the first that every board of an architecture can run. Attestations are no platforms. */
export const offeredByIndex = ({ manifests }: ImageIndex): Offered<Descriptor> =>
  offered(
    manifests.flatMap((one) =>
      one.platform && one.platform.os !== 'unknown' ? [[one.platform, one] as const] : [],
    ),
  );

/** What an image for one platform offers: itself. */
export const offeredByImage = <T>(platform: Platform, one: T): Offered<T> => offered([[platform, one]]);

/**
 * The text of an index with only those manifests, everything else as it was; undefined when that is all it has: then
 * its own bytes are kept.
 */
export const narrowedIndex = (index: ImageIndex, kept: readonly Descriptor[]): string | undefined => {
  const manifests = index.manifests.filter((one) => kept.includes(one));
  return manifests.length === index.manifests.length ? undefined : JSON.stringify({ ...index, manifests });
};
