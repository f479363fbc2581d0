import { type Cluster, type Host, nodes } from '../../spec/cluster.ts';

/** What a node is for: a master serves the API, the witness only votes, a worker only works. */
export type Role = 'master' | 'witness' | 'worker';

/** As much of what is known as roles follow from: the masters' host keys, in order. */
export interface Seats {
  readonly election: { readonly masters: readonly string[] };
}

/** The masters in order: the first founds the cluster. One that left the cluster file is none. */
export const mastersOf = (cluster: Cluster, { election }: Seats): readonly Host[] =>
  election.masters.flatMap((key) => cluster.hosts.filter((host) => host.key === key));

/** The address by which workers and people come to the API: the VIP, else the first master's. */
export const entryOf = (cluster: Cluster, known: Seats): string =>
  cluster.masters.vip ?? mastersOf(cluster, known)[0]?.address ?? '';

/** Every node that runs `k3s server`, in the order in which they start: the masters, then the witness. */
export const serversOf = (cluster: Cluster, known: Seats): readonly Host[] =>
  cluster.masters.ha === 'witness'
    ? [...mastersOf(cluster, known), cluster.control]
    : mastersOf(cluster, known);

/** Every node that runs `k3s agent`. */
export const workersOf = (cluster: Cluster, known: Seats): readonly Host[] => {
  const servers = new Set(serversOf(cluster, known).map(({ key }) => key));
  return nodes(cluster).filter(({ key }) => !servers.has(key));
};

/** The role of a node. */
export const roleOf = (known: Seats, host: Host): Role => {
  if (host.duty === 'control') return 'witness';
  return known.election.masters.includes(host.key) ? 'master' : 'worker';
};

/** Whether the servers keep the cluster's state in k3s's own etcd, and not in a datastore of the operator's. */
export const usesEtcd = ({ k3s }: Cluster): boolean => !('datastore-endpoint' in k3s.server);

/** Whether one server keeps all of the cluster's state, and the control node its snapshots. */
export const shipsSnapshots = (cluster: Cluster): boolean =>
  cluster.masters.ha === 'none' && usesEtcd(cluster);

/** The nodes that ordinary pods may run on. */
export const schedulable = (cluster: Cluster, known: Seats): readonly Host[] =>
  cluster.masters.schedulable
    ? [...mastersOf(cluster, known), ...workersOf(cluster, known)]
    : workersOf(cluster, known);

/**
 * The device that carries the cluster's traffic on a host, where it is known. Without it flannel takes the device of the
 * default route, which may be a modem.
 */
export const flannelDevice = (
  { network }: { readonly network: { readonly devices?: Readonly<Record<string, string>> } },
  { key }: Host,
): Readonly<Record<string, string>> => {
  const device = network.devices?.[key];
  return device === undefined ? {} : { 'flannel-iface': device };
};
