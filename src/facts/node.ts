import * as z from 'zod';
import type { Fact } from '../engine/fact.ts';
import type { Condition } from '../engine/phase.ts';

const Taint = z.object({ key: z.string(), value: z.string().optional(), effect: z.string() });
const Texts = z.record(z.string(), z.string()).default({});
const Status = z.object({
  type: z.string(),
  status: z.string(),
  lastTransitionTime: z.string().default(''),
  lastHeartbeatTime: z.string().default(''),
});
const Node = z.object({
  metadata: z.object({ name: z.string(), labels: Texts, annotations: Texts }),
  spec: z
    .object({ taints: z.array(Taint).default([]), unschedulable: z.boolean().default(false) })
    .prefault({}),
  status: z
    .object({
      conditions: z.array(Status).default([]),
      addresses: z.array(z.object({ type: z.string(), address: z.string() })).default([]),
      nodeInfo: z
        .object({ kubeletVersion: z.string().default(''), bootID: z.string().default('') })
        .prefault({}),
    })
    .prefault({}),
});
const NodeList = z.object({ items: z.array(Node) });

/** What Kubernetes itself puts on a node that is not Ready, and takes off a moment after it is: until then no pod comes. */
const PASSES = /^node\.kubernetes\.io\/(not-ready|unreachable)$/;

/** A taint as Kubernetes keeps it. */
export type NodeTaint = z.infer<typeof Taint>;

/**
 * A Kubernetes node, as far as edgectl looks at it. `ready` is true when it is Ready and pods may come; what Kubernetes
 * taints it with until then is not among `taints`. `since` is when the condition Ready last changed; `bootId` changes with
 * a reboot.
 */
export interface NodeState {
  readonly name: string;
  readonly address: string;
  readonly ready: boolean;
  readonly since: string;
  readonly bootId: string;
  readonly version: string;
  readonly unschedulable: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly taints: readonly NodeTaint[];
}

const read = <T>(schema: z.ZodType<T>, output: string): T | 'absent' => {
  try {
    return schema.parse(JSON.parse(output));
  } catch {
    return 'absent';
  }
};

const readyOf = ({ status }: z.infer<typeof Node>) => status.conditions.find(({ type }) => type === 'Ready');

const stateOf = (node: z.infer<typeof Node>): NodeState => {
  const { metadata, spec, status } = node;
  const ready = readyOf(node);
  return {
    name: metadata.name,
    address: status.addresses.find(({ type }) => type === 'InternalIP')?.address ?? '',
    ready: ready?.status === 'True' && !spec.taints.some(({ key }) => PASSES.test(key)),
    since: ready?.lastTransitionTime ?? '',
    bootId: status.nodeInfo.bootID,
    version: status.nodeInfo.kubeletVersion,
    unschedulable: spec.unschedulable,
    labels: metadata.labels,
    annotations: metadata.annotations,
    taints: spec.taints.filter(({ key }) => !PASSES.test(key)),
  };
};

/** This boot of a node and its being Ready without a break: what is proved on it holds for so long. */
export const readySpan = ({ bootId, since }: Pick<NodeState, 'bootId' | 'since'>): string =>
  `${bootId} ${since}`;

/** The API's path of a node. */
export const nodePath = (name: string): string => `/api/v1/nodes/${name}`;

/** The Kubernetes node of that name. */
export const nodeState = (name: string): Fact<NodeState | 'absent'> => ({
  name: 'node-state',
  ask: { kube: nodePath(name) },
  parse: (output) => {
    const node = read(Node, output);
    return node === 'absent' ? 'absent' : stateOf(node);
  },
});

/** All nodes of the cluster. */
export const nodeList: Fact<readonly NodeState[] | 'absent'> = {
  name: 'node-list',
  ask: { kube: '/api/v1/nodes' },
  parse: (output) => {
    const list = read(NodeList, output);
    return list === 'absent' ? 'absent' : list.items.map(stateOf);
  },
};

/**
 * The node has registered and is Ready. k3s's first start and the import of images take minutes on a slow board.
 * `after`, in seconds since 1970 by the node's clock, is how young the kubelet's word must at least be: for 40 s after a
 * kubelet stopped, its node stands there as Ready.
 */
export const nodeReady = (name: string, after: number | 'absent' = 'absent'): Condition => ({
  says: `node ${name} is Ready`,
  ask: nodeState(name).ask,
  every: 1,
  within: 600,
  judge: (output) => {
    const node = read(Node, output);
    if (node === 'absent' || !stateOf(node).ready) return 'not yet';
    return after === 'absent' || Date.parse(readyOf(node)?.lastHeartbeatTime ?? '') >= after * 1000
      ? 'ok'
      : 'not yet';
  },
});
