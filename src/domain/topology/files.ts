import type { Host } from '../../spec/cluster.ts';
import type { Release, ReleaseFiles } from '../../spec/release.ts';
import type { Arch } from '../../support/arch.ts';
import { Problem } from '../../support/problem.ts';

/** As much of what is known as says which files a host needs: architectures by host key, and the release. */
export interface Sources {
  readonly arch: Readonly<Record<string, Arch>>;
  readonly release: Release;
}

/** The files of the k3s release for a host. Throws ARCH_NOT_IN_SOURCE where there are none. */
export const filesFor = ({ arch, release }: Sources, host: Host): ReleaseFiles => {
  const its = arch[host.key];
  const files = its && release[its];
  if (files) return files;
  throw new Problem('ARCH_NOT_IN_SOURCE', `no k3s for ${its ?? 'an unknown architecture'}`, {
    host: host.key,
  });
};
