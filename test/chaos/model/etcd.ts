import type { Machine } from './machine.ts';
import type { Site } from './site.ts';

/** One member; a learner has no vote until it is promoted, on a tick. */
export interface Member {
  readonly name: string;
  readonly machine: Machine;
  readonly promotion: number;
  voter: boolean;
}

/** A Node object. `heard` is the kubelet's last word, by the node's own clock in `heartbeat`. */
export interface KubeNode {
  readonly name: string;
  readonly machine: Machine;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  taints: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
  unschedulable: boolean;
  bootId: string;
  ready: boolean;
  since: number;
  heard: number;
  heartbeat: number;
}

/** CoreDNS: what is wanted, and its pods. */
export interface Dns {
  replicas: number;
  generation: number;
  affinity: unknown;
  pods: { readonly node: string; readonly generation: number; readonly born: number }[];
}

/** One cluster's datastore, with all that Kubernetes keeps in it. */
export interface Etcd {
  readonly id: string;
  readonly ca: string;
  readonly serverToken: string;
  readonly agentToken: string;
  readonly born: number;
  members: readonly Member[];
  readonly nodes: Map<string, KubeNode>;
  /** The passwords of nodes, by their names. */
  readonly passwords: Map<string, string>;
  dns?: Dns;
  dnsDue: number;
  readonly probes: Map<string, { readonly node: string; readonly born: number }>;
  /** Objects that nothing in the model acts on, by their paths. */
  readonly objects: Map<string, object>;
}

/** A datastore without members. */
export const newEtcd = (of: Pick<Etcd, 'id' | 'ca' | 'serverToken' | 'agentToken' | 'born'>): Etcd => ({
  ...of,
  members: [],
  nodes: new Map(),
  passwords: new Map(),
  dnsDue: 0,
  probes: new Map(),
  objects: new Map(),
});

const isUp = (etcd: Etcd, machine: Machine, site: Site): boolean => {
  const k3s = site.k3s.get(machine);
  return machine.isOn && k3s?.state === 'up' && k3s.etcd === etcd;
};

/** Whether a machine can get something agreed: it reaches a voter that reaches most voters. */
export const hasQuorum = (etcd: Etcd, from: Machine, site: Site): boolean => {
  const voters = etcd.members.filter(({ voter }) => voter);
  const up = voters.filter(({ machine }) => isUp(etcd, machine, site));
  const most = Math.floor(voters.length / 2) + 1;
  if (up.length < most) return false;
  return up.some(
    ({ machine }) =>
      site.isLinked(from, machine) &&
      up.filter((other) => site.isLinked(machine, other.machine)).length >= most,
  );
};

/** Adds a member as k3s does: one of the same machine that has lost its data goes first, and there is one learner at a time. */
export const joinEtcd = (etcd: Etcd, machine: Machine, name: string, site: Site): string | undefined => {
  const isFirst = etcd.members.length === 0;
  const others = etcd.members.filter((member) => member.machine !== machine);
  if (others.some(({ voter }) => !voter)) return 'etcdserver: too many learner members in cluster';
  const promotion = site.timeline.now + 3000 + site.random.below(12_000);
  etcd.members = [...others, { name, machine, promotion, voter: isFirst }];
  return undefined;
};

/** Lets learners become voters whose time has come. */
export const stepMembers = (etcd: Etcd, site: Site): void => {
  for (const member of etcd.members)
    if (!member.voter && site.timeline.now >= member.promotion && isUp(etcd, member.machine, site))
      member.voter = hasQuorum(etcd, member.machine, site);
};
