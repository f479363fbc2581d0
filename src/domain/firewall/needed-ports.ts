import type { Cluster, Host } from '../../spec/cluster.ts';
import { serversOf, shipsSnapshots, usesEtcd } from '../topology/roles.ts';
import type { Needed } from './openings.ts';

/** As much of what is known as ports follow from. Without it every board that may be a master counts as one. */
export interface Seated {
  readonly election?: { readonly masters: readonly string[] };
  readonly network?: { readonly backend: string };
}

/** A port of a node that others have to reach: all nodes, or only those that keep etcd. */
interface NodePort extends Needed {
  readonly from: 'nodes' | 'servers';
}

const KUBELET: NodePort = { port: 10250, protocol: 'tcp', from: 'nodes' };

/** What carries the packets of pods from node to node, by flannel's backend; the others need no port. */
const BACKENDS: Readonly<Record<string, Needed>> = {
  vxlan: { port: 8472, protocol: 'udp' },
  'wireguard-native': { port: 51820, protocol: 'udp' },
};

/** Whether a host is a server of k3s, or may become one as long as nobody is elected. */
const mayServe = (cluster: Cluster, { election }: Seated, host: Host): boolean =>
  election
    ? serversOf(cluster, { election }).some(({ key }) => key === host.key)
    : host.duty === 'control' || host.role !== 'worker';

const portsOf = (cluster: Cluster, known: Seated, host: Host): readonly NodePort[] => {
  const backend = cluster.k3s.server['flannel-backend'] ?? known.network?.backend ?? 'vxlan';
  const flannel = BACKENDS[String(backend)];
  const isAlone = cluster.masters.ha === 'none' || !usesEtcd(cluster);
  const server: readonly NodePort[] = [
    { port: 6443, protocol: 'tcp', from: 'nodes' },
    ...[2379, 2380].flatMap((port): readonly NodePort[] =>
      isAlone ? [] : [{ port, protocol: 'tcp', from: 'servers' }],
    ),
  ];
  return [
    ...(mayServe(cluster, known, host) ? server : []),
    KUBELET,
    ...(flannel ? [{ ...flannel, from: 'nodes' } as const] : []),
  ];
};

/** The ports of a node that another host has to reach; a control node that is no node itself fetches a server's snapshots. */
export const portsBetween = (
  cluster: Cluster,
  known: Seated,
  { from, to }: { readonly from: Host; readonly to: Host },
): readonly Needed[] => {
  if (from.duty === 'control' && cluster.masters.ha === 'none')
    return shipsSnapshots(cluster) && mayServe(cluster, known, to) ? [KUBELET] : [];
  return portsOf(cluster, known, to).filter(
    (port) => port.from === 'nodes' || mayServe(cluster, known, from),
  );
};

/** `6443/tcp` */
export const portName = ({ port, protocol }: Needed): string => `${port}/${protocol}`;
