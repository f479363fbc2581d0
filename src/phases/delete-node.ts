import type { Known } from '../decisions/index.ts';
import { leavingNode } from '../domain/topology/thefts.ts';
import { definePhase } from '../engine/phase.ts';
import { nodeList, nodePath } from '../facts/node.ts';
import type { Cluster } from '../spec/cluster.ts';

/**
 * Deletes the Node that leaves; k3s then forgets its password too, so that the machine may come back under that name. It is
 * known by its address as well: a board that was silent when its name was forgotten may have registered again since.
 */
export const deleteNode = definePhase({
  id: 'delete-node',
  title: 'Delete the node',
  hosts: ({ control }: Cluster, { target }: Known) => (target === undefined ? [] : [control]),
  facts: () => ({ nodes: nodeList }),

  *plan({ cluster, facts: { nodes }, known }) {
    const host = cluster.hosts.find(({ key }) => key === known.target);
    for (const { name, address } of nodes === 'absent' ? [] : nodes)
      if (name === leavingNode(known) || address === host?.address)
        yield { says: `delete node ${name}`, run: { kube: { method: 'DELETE', path: nodePath(name) } } };
  },
});
