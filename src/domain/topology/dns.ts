import type { Cluster, Host } from '../../spec/cluster.ts';
import { mastersOf, type Seats, schedulable } from './roles.ts';
import type { Taint } from './taints.ts';

/** Whether k3s brings CoreDNS, and the operator has not left it out. */
export const hasDns = ({ k3s }: Cluster): boolean =>
  ![k3s.server['disable'] ?? []].flat().includes('coredns');

/** The host that changes to CoreDNS are counted on: the first master, or none. */
export const dnsHosts = (cluster: Cluster, known: Seats): readonly Host[] =>
  hasDns(cluster) ? mastersOf(cluster, known).slice(0, 1) : [];

/** How many replicas CoreDNS gets: with one, DNS is gone for five minutes when its node dies. */
export const dnsReplicas = (cluster: Cluster, known: Seats): number =>
  Math.min(2, schedulable(cluster, known).length);

/** As much of a node as tells whether it takes pods. */
interface Room {
  readonly name: string;
  readonly unschedulable: boolean;
  readonly taints: readonly Pick<Taint, 'effect'>[];
}

const takesPods = ({ unschedulable, taints }: Room): boolean =>
  !unschedulable && taints.every(({ effect }) => effect === 'PreferNoSchedule');

/**
 * The masters that CoreDNS runs on while as many workers are free for it, beside those that `coming` replicas take. `workers` are those that this run waits for: one
 * that has no node yet, or is not Ready, is about to be, so that the plan names what follows from that.
 */
export const strayed = (
  on: readonly string[] | 'absent',
  nodes: readonly Room[] | 'absent',
  masters: readonly string[],
  workers: readonly string[],
  coming = 0,
): readonly string[] => {
  if (on === 'absent' || nodes === 'absent') return [];
  const free = workers.filter((worker) => {
    const room = nodes.find(({ name }) => name === worker);
    return (!room || takesPods(room)) && !on.includes(worker);
  });
  return masters.filter((master) => on.includes(master)).slice(0, Math.max(0, free.length - coming));
};
