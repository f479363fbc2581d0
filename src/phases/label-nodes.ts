import type { Known } from '../decisions/index.ts';
import { ACCELERATOR_LABEL, acceleratorOf } from '../domain/accelerators/of-hosts.ts';
import { nameIn } from '../domain/topology/names.ts';
import { roleOf } from '../domain/topology/roles.ts';
import { readTaint, roleTaints, type Taint } from '../domain/topology/taints.ts';
import { definePhase } from '../engine/phase.ts';
import { type NodeState, nodePath, nodeState } from '../facts/node.ts';
import { type Cluster, type Host, nodes } from '../spec/cluster.ts';

// What edgectl set is noted on the node, so that only that is taken away again when it leaves the cluster file.
const LABELS_NOTE = 'edgectl.io/labels';
const TAINTS_NOTE = 'edgectl.io/taints';

interface Marks {
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
}

const wanted = (cluster: Cluster, host: Host, known: Known): Marks => {
  const role = roleOf(known, host);
  const accelerator = acceleratorOf(known, host)?.id;
  return {
    labels: {
      ...host.labels,
      'edgectl.io/role': role,
      ...(accelerator ? { [ACCELERATOR_LABEL]: accelerator } : {}),
      // system-upgrade-controller's sample plans leave nodes with this label alone; its agent plan would match the witness.
      ...(role === 'witness' ? { 'k3s-upgrade': 'disabled' } : {}),
    },
    taints: [...host.taints, ...roleTaints(cluster, role)].map(readTaint),
  };
};

const taintId = ({ key, effect }: Taint): string => `${key}:${effect}`;
const note = (words: readonly string[]): string => [...words].sort().join(',');
const noted = (node: NodeState | 'absent', key: string): readonly string[] =>
  node === 'absent' ? [] : (node.annotations[key] ?? '').split(',').filter(Boolean);

/** The node's labels that differ, null for those to take away. */
const labelPatch = (
  { labels }: Marks,
  node: NodeState | 'absent',
): Readonly<Record<string, string | null>> => {
  const now = node === 'absent' ? {} : node.labels;
  const set = Object.entries(labels).filter(([key, value]) => now[key] !== value);
  const gone = noted(node, LABELS_NOTE).filter((key) => !(key in labels) && key in now);
  return Object.fromEntries([...set, ...gone.map((key) => [key, null] as const)]);
};

/** All of the node's taints, others' included, as they must be; undefined when they are so. */
const taintPatch = ({ taints }: Marks, node: NodeState | 'absent'): readonly Taint[] | undefined => {
  const now: readonly Taint[] = node === 'absent' ? [] : node.taints;
  const ours = new Set([...taints.map(taintId), ...noted(node, TAINTS_NOTE)]);
  const next = [...now.filter((taint) => !ours.has(taintId(taint))), ...taints];
  const words = (list: readonly Taint[]) =>
    note(list.map(({ value = '', ...taint }) => `${taintId(taint)}=${value}`));
  return words(next) === words(now) ? undefined : next;
};

/** Gives every node the labels and taints of the cluster file and of its role, by the API: a kubelet may not. */
export const labelNodes = definePhase({
  id: 'label-nodes',
  title: 'Label the nodes',
  hosts: (cluster: Cluster, _known: Known) => nodes(cluster),
  facts: (_cluster: Cluster, host: Host, known: Known) => ({
    node: nodeState(nameIn(known)(host)),
  }),

  *plan({ cluster, host, facts: { node }, known }) {
    const marks = wanted(cluster, host, known);
    const labels = labelPatch(marks, node);
    const taints = taintPatch(marks, node);
    const notes = {
      [LABELS_NOTE]: note(Object.keys(marks.labels)),
      [TAINTS_NOTE]: note(marks.taints.map(taintId)),
    };
    const annotations = Object.fromEntries(
      Object.entries(notes).filter(
        ([key, value]) => node === 'absent' || (node.annotations[key] ?? '') !== value,
      ),
    );
    if (!taints && Object.keys({ ...labels, ...annotations }).length === 0) return;
    const name = nameIn(known)(host);
    yield {
      says: `set the labels and taints of node ${name}`,
      run: {
        kube: {
          method: 'PATCH',
          path: nodePath(name),
          body: { metadata: { labels, annotations }, ...(taints ? { spec: { taints } } : {}) },
        },
      },
    };
  },
});
