import { ARCHES, type Arch } from '../../support/arch.ts';
import {
  type Descriptor,
  type ImageIndex,
  type ImageManifest,
  isIndex,
  OCI_INDEX,
} from './image-manifest.ts';

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

/** What an image has: a manifest for each architecture, and every platform in words. */
export interface Offered {
  readonly arches: ReadonlyMap<Arch, Descriptor>;
  readonly platforms: readonly string[];
}

const offered = (all: readonly (readonly [Platform, Descriptor])[]): Offered => {
  const arches = new Map<Arch, Descriptor>();
  for (const [platform, one] of all) {
    const arch = archOf(platform);
    if (arch && !arches.has(arch)) arches.set(arch, one);
  }
  return { arches, platforms: all.map(([platform]) => platformText(platform)) };
};

/** The manifests of an index, the first that every board of an architecture can run. Attestations are no platforms. */
export const offeredByIndex = ({ manifests }: ImageIndex): Offered =>
  offered(
    manifests.flatMap((one) =>
      one.platform && one.platform.os !== 'unknown' ? [[one.platform, one] as const] : [],
    ),
  );

/** What an image for one platform offers: itself. */
export const offeredByImage = (one: Descriptor & { readonly platform: Platform }): Offered =>
  offered([[one.platform, one]]);

/**
 * The text of an index of those manifests, for the layout of a bundle; undefined when what was pinned can stand there
 * itself: an OCI image, or an OCI index with nothing else in it. Tools look only for OCI types in a layout, and whoever
 * copies all of an index wants all that it names.
 */
export const layoutIndex = (
  pinned: ImageIndex | ImageManifest,
  kept: readonly Descriptor[],
): string | undefined => {
  const isOci = pinned.mediaType.startsWith('application/vnd.oci.');
  if (isOci && (!isIndex(pinned) || pinned.manifests.length === kept.length)) return undefined;
  return JSON.stringify({
    ...(isIndex(pinned) ? pinned : { schemaVersion: 2 }),
    mediaType: OCI_INDEX,
    manifests: kept,
  });
};
