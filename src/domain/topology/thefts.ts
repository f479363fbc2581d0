import { minorOf } from './minor.ts';

/** A worker that was stolen: the key of its host, and the name that its node had. */
export interface Theft {
  readonly key: string;
  readonly name: string;
}

/** As much of what is known as tells of thefts, in their order; nothing where there were none. */
export interface Thefts {
  readonly stolen?: readonly Theft[];
}

/** The name under which the secret that agents join with is kept: whoever was stolen knows those of before. */
export const agentToken = ({ stolen = [] }: Thefts): string =>
  stolen.length === 0 ? 'agent-token' : `agent-token-${stolen.length + 1}`;

/** As much of what is known as names the node that a verb is about. */
export interface Leaving extends Thefts {
  readonly names?: Readonly<Record<string, string>>;
  /** The key of its host. */
  readonly target?: string;
}

/** The name of the node that leaves. A stolen one is no longer among the names once that is kept. */
export const leavingNode = ({ names = {}, stolen = [], target = '' }: Leaving): string =>
  names[target] ?? stolen.find(({ key }) => key === target)?.name ?? target;

/** As whom the kubelet of a node speaks to the API. */
export const kubeletUser = (name: string): string => `system:node:${name}`;

/** The first minor version of Kubernetes whose API has admission policies that are no trial. */
const HAS_POLICIES = 30;

/** Whether an API of this version of k3s can refuse writes by a policy. */
export const hasPolicies = (version: string): boolean => minorOf(version) >= HAS_POLICIES;
