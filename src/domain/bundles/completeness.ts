import type { Arch } from '../../support/arch.ts';
import { archesOf, type BundleItem, type BundleManifest } from './manifest.ts';

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

const lackingFor = ({ contents, k3s, images = [] }: BundleManifest, arch: Arch): readonly string[] => [
  ...(['k3s-binary', 'k3s-images'] as const)
    .filter((role) => k3s !== undefined && lacks(contents, role, arch))
    .map((role) => `${K3S[role]} for ${arch}`),
  ...images
    .filter((image) => image.arch === 'any' || image.arch === arch)
    .filter(({ name }) => lacks(contents, 'image', arch, name) || lacks(contents, 'image-config', arch, name))
    .map(({ name }) => `the image ${name} for ${arch}`),
];

/**
 * What a bundle lacks for boards of these architectures, one text each; empty when it is complete. Files and packages are
 * listed nowhere else, so of them it can only be told that there is nothing for an architecture, and something for others.
 */
export const missingFor = (manifest: BundleManifest, arches: readonly Arch[]): readonly string[] => {
  const has = archesOf(manifest);
  return arches.flatMap((arch) => {
    const lacking = lackingFor(manifest, arch);
    const isOfOthers = has.length > 0 && !has.includes(arch);
    return lacking.length === 0 && isOfOthers ? [`everything for ${arch}`] : lacking;
  });
};
