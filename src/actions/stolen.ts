import { compromised } from '../decisions/cut-off-stolen.ts';
import { hasPolicies } from '../domain/topology/thefts.ts';
import type { Cluster, Host } from '../spec/cluster.ts';

/**
 * Refuses what the file alone says cannot be cut off: the control node, and the only host, which is the master. Who else is
 * a master is known on the control node only; the plan refuses it.
 */
export const mustBeWorker = ({ control, hosts }: Cluster, name: string, host: Host | undefined): void => {
  if (!host && ['control', control.key, control.address].includes(name))
    throw compromised(name, 'the control node');
  if (host && hosts.length === 1) throw compromised(host.key, 'a master');
};

/** Whether the API of this k3s can refuse what a stolen certificate would write. */
export const refusesWrites = ({ k3s }: Cluster): boolean => hasPolicies(k3s.version);
