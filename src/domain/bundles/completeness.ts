import type { Arch } from '../../support/arch.ts';
import type { BundleItem, BundleManifest } from './manifest.ts';

const K3S = { 'k3s-binary': 'the k3s program', 'k3s-images': 'the images of k3s' } as const;

const lacks = (
  contents: readonly BundleItem[],
  role: BundleItem['role'],
  arch: Arch,
  what?: string,
): boolean =>
  !contents.some(
    (item) => item.role === role && item.arch === arch && (what === undefined || item.what === what),
  );

/** What a bundle lacks for boards of these architectures, one text each; empty when it is complete. */
export const missingFor = (
  { contents, k3s, images = [] }: BundleManifest,
  arches: readonly Arch[],
): readonly string[] =>
  arches.flatMap((arch) => [
    ...(['k3s-binary', 'k3s-images'] as const)
      .filter((role) => k3s !== undefined && lacks(contents, role, arch))
      .map((role) => `${K3S[role]} for ${arch}`),
    ...images
      .filter((image) => image.arch === 'any' || image.arch === arch)
      .filter(
        ({ name }) => lacks(contents, 'image', arch, name) || lacks(contents, 'image-config', arch, name),
      )
      .map(({ name }) => `the image ${name} for ${arch}`),
  ]);
