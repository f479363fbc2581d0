import type { Known } from '../decisions/index.ts';
import { dnsReplicas, hasDns, misplaced } from '../domain/topology/dns.ts';
import { mastersOf, workersOf } from '../domain/topology/roles.ts';
import { definePhase } from '../engine/phase.ts';
import { DNS_DEPLOYMENT, dns, WORKERS_FIRST } from '../facts/dns.ts';
import { dnsPods } from '../facts/dns-pods.ts';
import { nodeList } from '../facts/node.ts';
import type { Cluster } from '../spec/cluster.ts';

const NONE = { replicas: 1, workersFirst: false, rolledOut: false };

/**
 * Runs CoreDNS on two nodes, workers first: after the death of a node, half of all questions would go to its replica for
 * the 40 s that Kubernetes needs to notice. k3s's manifest sets neither field, so its next start leaves them as they are.
 * A replica that Kubernetes moved to a master while a worker was away goes back. The phase is a barrier in its playbook:
 * the scheduler can only prefer workers that are there.
 */
export const scaleDns = definePhase({
  id: 'scale-dns',
  title: 'Scale CoreDNS',
  hosts: (cluster: Cluster, known: Known) => (hasDns(cluster) ? mastersOf(cluster, known).slice(0, 1) : []),
  facts: () => ({ dns, pods: dnsPods, nodes: nodeList }),

  *plan({ cluster, facts, known }) {
    const replicas = dnsReplicas(cluster, known);
    const now = facts.dns === 'absent' ? NONE : facts.dns;
    if (now.replicas < replicas || !now.workersFirst) {
      const spec = {
        replicas: Math.max(replicas, now.replicas),
        template: { spec: { affinity: WORKERS_FIRST } },
      };
      yield {
        says: `run CoreDNS on ${replicas} nodes, workers first`,
        run: { kube: { method: 'PATCH', path: DNS_DEPLOYMENT, body: { spec } } },
      };
    } else if (now.rolledOut) {
      const reached = workersOf(cluster, known).filter(({ key }) => key in known.arch);
      const workers = reached.map(({ key }) => known.names[key] ?? key);
      for (const { path, node } of misplaced(facts, workers))
        yield { says: `move CoreDNS from ${node} to a worker`, run: { kube: { method: 'DELETE', path } } };
    }
  },
});
