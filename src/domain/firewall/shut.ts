import type { Cluster, Host } from '../../spec/cluster.ts';
import { portsBetween, type Seated } from './needed-ports.ts';
import { lets, type Needed, type Opening } from './openings.ts';

/**
 * What a firewall keeps out and the cluster needs: other hosts, each with its ports, and networks of pods, with all. A master
 * needs `any` of another one where they keep a VIP: not every ufw knows VRRP, which has no ports.
 */
export interface Shut {
  readonly hosts: readonly { readonly host: Host; readonly ports: readonly Needed[] | 'any' }[];
  readonly networks: readonly string[];
}

/** The IPv4 network of the pods. */
const podsNetwork = ({ k3s }: Cluster): string =>
  String(k3s.server['cluster-cidr'] ?? '10.42.0.0/16').split(',')[0] ?? '';

const keepVip = ({ masters }: Cluster, { election }: Seated, hosts: readonly Host[]): boolean =>
  masters.vip !== undefined && hosts.every(({ key }) => election?.masters.includes(key));

/** What the openings of a host's firewall leave shut. */
export const shutTo = (openings: readonly Opening[], cluster: Cluster, known: Seated, to: Host): Shut => {
  const pods = podsNetwork(cluster);
  return {
    hosts: [...cluster.hosts, cluster.control].flatMap((host): Shut['hosts'] => {
      if (host.key === to.key) return [];
      if (keepVip(cluster, known, [host, to]))
        return lets(openings, host.address, 'any') ? [] : [{ host, ports: 'any' }];
      const needed = portsBetween(cluster, known, { from: host, to });
      const ports = needed.filter((port) => !lets(openings, host.address, port));
      return ports.length > 0 ? [{ host, ports }] : [];
    }),
    networks: lets(openings, pods, 'any') ? [] : [pods],
  };
};
