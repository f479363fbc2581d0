import { type Cluster, nodes } from '../../spec/cluster.ts';
import { drift, type Pending } from '../drift/drift.ts';
import { nameIn } from '../topology/names.ts';
import { type Role, roleOf, type Seats, serversOf, usesEtcd } from '../topology/roles.ts';

/** A node as the Kubernetes API shows it. */
export interface SeenNode {
  readonly name: string;
  readonly address: string;
  readonly ready: boolean;
  readonly version: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What a member of etcd says of itself. */
export interface SeenMember {
  readonly hasLeader: boolean;
  readonly isLeader: boolean;
  readonly voter: boolean;
}

/** All that a status is read from. What did not answer is `absent`; hosts are named by their key. */
export interface Seen {
  readonly cluster: Cluster;
  readonly known: Seats & { readonly names: Readonly<Record<string, string>> };
  readonly nodes: readonly SeenNode[] | 'absent';
  readonly etcd: Readonly<Record<string, SeenMember | 'absent'>>;
  /** When the first of a host's certificates ends, in milliseconds since 1970. */
  readonly certificates: Readonly<Record<string, number | 'absent'>>;
  /** What `init` would change, by host. */
  readonly pending: readonly Pending[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The JSON document of `edgectl status`. Without an answer `version` is '' and `certDaysLeft` null. */
export interface Status {
  readonly ready: boolean;
  readonly nodes: readonly {
    readonly name: string;
    readonly address: string;
    readonly role: Role;
    readonly ready: boolean;
    readonly version: string;
    readonly certDaysLeft: number | null;
  }[];
  readonly etcd: readonly {
    readonly name: string;
    readonly voter: boolean;
    readonly healthy: boolean;
    readonly leader: boolean;
  }[];
  readonly drift: readonly string[];
}

const DAY = 86_400_000;

const daysLeft = (end: number | 'absent' | undefined, now: number): number | null =>
  typeof end === 'number' ? Math.floor((end - now) / DAY) : null;

// A node that is not in the cluster file may have been one of edgectl's before.
const labelledRole = ({ labels }: SeenNode): Role => {
  const label = labels['edgectl.io/role'];
  if (label === 'master' || label === 'witness') return label;
  return 'node-role.kubernetes.io/control-plane' in labels ? 'master' : 'worker';
};

/** Whether the cluster stands as the file wants it: the nodes of the file first, in its order, then others. */
export const readStatus = (seen: Seen): Status => {
  const { cluster, known, now } = seen;
  const found = seen.nodes === 'absent' ? [] : seen.nodes;
  const nameOf = nameIn(known);
  const members = nodes(cluster);
  const expected = members.map((host) => {
    const node = found.find(({ name }) => name === nameOf(host));
    return {
      name: nameOf(host),
      address: host.address,
      role: roleOf(known, host),
      ready: node?.ready ?? false,
      version: node?.version ?? '',
      certDaysLeft: daysLeft(seen.certificates[host.key], now),
    };
  });
  const strangers = found
    .filter(({ name }) => !expected.some((node) => node.name === name))
    .map((node) => ({
      name: node.name,
      address: node.address,
      role: labelledRole(node),
      ready: node.ready,
      version: node.version,
      certDaysLeft: null,
    }));
  const servers = usesEtcd(cluster) ? serversOf(cluster, known) : [];
  const etcd = servers.map((host) => {
    const member = seen.etcd[host.key] ?? 'absent';
    const says = member === 'absent' ? { hasLeader: false, isLeader: false, voter: false } : member;
    return { name: nameOf(host), voter: says.voter, healthy: says.hasLeader, leader: says.isLeader };
  });
  return {
    ready: expected.every(({ ready }) => ready) && etcd.every(({ voter, healthy }) => voter && healthy),
    nodes: [...expected, ...strangers],
    etcd,
    drift: drift({
      version: cluster.k3s.version,
      wanted: expected.map(({ name, address }) => ({ name, address })),
      found: seen.nodes,
      pending: seen.pending,
    }),
  };
};
