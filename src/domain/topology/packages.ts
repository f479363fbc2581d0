import type { Cluster, Host } from '../../spec/cluster.ts';
import { type ContentDeb, type Contents, contentsFor } from '../../spec/contents.ts';
import type { Arch } from '../../support/arch.ts';
import type { Found } from '../accelerators/of-hosts.ts';
import { roleOf, type Seats, shipsSnapshots } from './roles.ts';

/** As much of what is known as packages follow from. */
interface Bringing {
  readonly arch: Readonly<Record<string, Arch>>;
  readonly bundle?: { readonly contents?: Contents };
}

/** What moves the VIP, and what asks a master how it is. */
const FOR_VIP = ['keepalived', 'curl'] as const;

/**
 * The Debian packages that a host has to have, as apt takes them: names, or `name=version`. They come from the bundle where
 * the host has not got them.
 */
export const packagesFor = (cluster: Cluster, known: Seats & Found, host: Host): readonly string[] => [
  // The control node fetches the snapshots.
  ...(host.duty === 'control' && shipsSnapshots(cluster) ? ['curl'] : []),
  ...(cluster.masters.vip !== undefined && roleOf(known, host) === 'master' ? FOR_VIP : []),
  ...(known.accelerators?.[host.key]?.packages ?? []).map(({ name, version }) => `${name}=${version}`),
];

/** The packages of the bundle for a host. */
export const debsFor = ({ bundle, arch }: Bringing, host: Host): readonly ContentDeb[] =>
  bundle?.contents ? contentsFor(bundle.contents, arch[host.key]).debs : [];

/** The index of packages as apt reads it. */
export const indexOf = (debs: readonly ContentDeb[]): string => debs.map(({ entry }) => entry).join('\n');
