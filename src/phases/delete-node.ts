import type { Known } from '../decisions/index.ts';
import { definePhase } from '../engine/phase.ts';
import { nodePath, nodeState } from '../facts/node.ts';
import type { Cluster } from '../spec/cluster.ts';

const nodeOf = ({ names, target = '' }: Known): string => names?.[target] ?? target;

/** Deletes the Node that leaves; k3s then forgets its password too, so that the machine may come back under that name. */
export const deleteNode = definePhase({
  id: 'delete-node',
  title: 'Delete the node',
  hosts: ({ control }: Cluster, { target }: Known) => (target === undefined ? [] : [control]),
  facts: (_cluster: Cluster, _host, known: Known) => ({ node: nodeState(nodeOf(known)) }),

  *plan({ facts, known }) {
    if (facts.node === 'absent') return;
    const name = nodeOf(known);
    yield { says: `delete node ${name}`, run: { kube: { method: 'DELETE', path: nodePath(name) } } };
  },
});
