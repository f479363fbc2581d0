import type { Arch } from '../../support/arch.ts';
import type { BundleManifest } from './manifest.ts';

const K3S = { 'k3s-binary': 'the k3s program', 'k3s-images': 'the images of k3s' } as const;

/** What a bundle lacks for boards of these architectures, one text each; empty when it is complete. */
export const missingFor = ({ contents, k3s }: BundleManifest, arches: readonly Arch[]): readonly string[] =>
  k3s === undefined
    ? []
    : arches.flatMap((arch) =>
        (['k3s-binary', 'k3s-images'] as const)
          .filter((role) => !contents.some((item) => item.role === role && item.arch === arch))
          .map((role) => `${K3S[role]} for ${arch}`),
      );
