import type { Known } from '../decisions/index.ts';
import { roleOf } from '../domain/topology/roles.ts';
import { leavingNode } from '../domain/topology/thefts.ts';
import { definePhase } from '../engine/phase.ts';
import { apiState } from '../facts/kube.ts';
import { nodePath, nodeState } from '../facts/node.ts';
import { noPodsOn, podsOn } from '../facts/pods-on.ts';
import type { Cluster } from '../spec/cluster.ts';
import { Problem } from '../support/problem.ts';

/** Refuses a host that the cluster cannot lose. */
const mayLeave = (cluster: Cluster, known: Known): void => {
  const host = cluster.hosts.find(({ key }) => key === known.target) ?? cluster.control;
  const role = roleOf(known, host);
  if (role === 'worker') return;
  throw new Problem(
    'HOST_NOT_REMOVABLE',
    `${leavingNode(known)} is a ${role}, and only workers can be removed`,
    {
      host: leavingNode(known),
      hint: 'edgectl reset takes the whole cluster down',
    },
  );
};

/** Refuses while nobody can say whether the node is there: one that is left behind keeps its machine from coming back. */
const mustAnswer = (api: 'ready' | 'absent', known: Known): void => {
  if (api === 'ready' || known.isFounding === true) return;
  throw new Problem(
    'CLUSTER_UNREACHABLE',
    `no master answers, so node ${leavingNode(known)} cannot be deleted`,
    {
      hint: 'see `edgectl status`, bring a master back, and run the command again',
    },
  );
};

/**
 * Moves the pods of the node that leaves to others, as far as their disruption budgets let it: DaemonSets' pods stay. A
 * node that is not Ready is left out, because nobody there would end a pod; Kubernetes does when the node is deleted.
 */
export const drainNode = definePhase({
  id: 'drain-node',
  title: 'Drain the node',
  hosts: ({ control }: Cluster, { target }: Known) => (target === undefined ? [] : [control]),
  facts: (_cluster: Cluster, _host, known: Known) => ({
    api: apiState,
    node: nodeState(leavingNode(known)),
    pods: podsOn(leavingNode(known)),
  }),

  *plan({ cluster, facts: { api, node, pods }, known }) {
    mayLeave(cluster, known);
    mustAnswer(api, known);
    if (node === 'absent' || !node.ready) return;
    const name = leavingNode(known);
    if (!node.unschedulable)
      yield {
        says: `let no more pods onto node ${name}`,
        run: { kube: { method: 'PATCH', path: nodePath(name), body: { spec: { unschedulable: true } } } },
      };
    for (const pod of pods === 'absent' ? [] : pods)
      yield {
        // Which pods they are varies from asking to asking.
        says: `evict a pod from node ${name}`,
        run: {
          kube: {
            method: 'POST',
            path: `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}/eviction`,
            body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: pod },
          },
        },
      };
  },

  until: ({ known, facts: { node } }) =>
    node !== 'absent' && node.ready ? [noPodsOn(leavingNode(known))] : [],
});
