import type { Cluster } from '../../spec/cluster.ts';
import type { Role } from './roles.ts';

/** A taint of a node. */
export interface Taint {
  readonly key: string;
  readonly value?: string | undefined;
  readonly effect: string;
}

// k3s itself may add its own taint for etcd-only nodes; a second one of that key would be refused.
const WITNESS = 'edgectl.io/witness=true:NoExecute';
const MASTER = 'node-role.kubernetes.io/control-plane=true:NoSchedule';

/** The taints that a node has for its role, as `key=value:Effect`: no pod runs on the witness, nor on masters set apart. */
export const roleTaints = ({ masters }: Cluster, role: Role): readonly string[] => {
  if (role === 'witness') return [WITNESS];
  return role === 'master' && !masters.schedulable ? [MASTER] : [];
};

/** Reads `key=value:Effect` or `key:Effect`. */
export const readTaint = (words: string): Taint => {
  const [, key = words, value, effect = ''] = /^([^=:]+)(?:=([^:]*))?:(\w+)$/.exec(words) ?? [];
  return { key, ...(value === undefined ? {} : { value }), effect };
};
