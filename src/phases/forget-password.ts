import type { Known } from '../decisions/index.ts';
import { leavingNode } from '../domain/topology/thefts.ts';
import { definePhase } from '../engine/phase.ts';
import { nodePassword, passwordPath } from '../facts/node-password.ts';
import type { Cluster } from '../spec/cluster.ts';

/** Deletes the password of the node that leaves, should k3s not have done so when its Node went. */
export const forgetPassword = definePhase({
  id: 'forget-password',
  title: 'Forget the password of the node',
  hosts: ({ control }: Cluster, { target }: Known) => (target === undefined ? [] : [control]),
  facts: (_cluster: Cluster, _host, known: Known) => ({ password: nodePassword(leavingNode(known)) }),

  *plan({ facts, known }) {
    if (facts.password === 'absent') return;
    const name = leavingNode(known);
    yield {
      says: `forget the password of node ${name}`,
      run: { kube: { method: 'DELETE', path: passwordPath(name) } },
    };
  },
});
