import type { Cluster } from '../../spec/cluster.ts';
import { type Seats, schedulable } from './roles.ts';

/** Whether k3s brings CoreDNS, and the operator has not left it out. */
export const hasDns = ({ k3s }: Cluster): boolean =>
  ![k3s.server['disable'] ?? []].flat().includes('coredns');

/** How many replicas CoreDNS gets: with one, DNS is gone for five minutes when its node dies. */
export const dnsReplicas = (cluster: Cluster, known: Seats): number =>
  Math.min(2, schedulable(cluster, known).length);
