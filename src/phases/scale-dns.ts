import type { Known } from '../decisions/index.ts';
import { dnsReplicas, hasDns } from '../domain/topology/dns.ts';
import { mastersOf } from '../domain/topology/roles.ts';
import { definePhase } from '../engine/phase.ts';
import { DNS_DEPLOYMENT, dns, WORKERS_FIRST } from '../facts/dns.ts';
import type { Cluster } from '../spec/cluster.ts';

/**
 * Runs CoreDNS on two nodes, workers first: after the death of a node, half of all questions would go to its replica for
 * the 40 s that Kubernetes needs to notice. k3s's manifest sets neither field, so its next start leaves them as they are.
 */
export const scaleDns = definePhase({
  id: 'scale-dns',
  title: 'Scale CoreDNS',
  hosts: (cluster: Cluster, known: Known) => (hasDns(cluster) ? mastersOf(cluster, known).slice(0, 1) : []),
  facts: () => ({ dns }),

  *plan({ cluster, facts, known }) {
    const replicas = dnsReplicas(cluster, known);
    const now = facts.dns === 'absent' ? { replicas: 1, workersFirst: false } : facts.dns;
    if (now.replicas >= replicas && now.workersFirst) return;
    const spec = {
      replicas: Math.max(replicas, now.replicas),
      template: { spec: { affinity: WORKERS_FIRST } },
    };
    yield {
      says: `run CoreDNS on ${replicas} nodes, workers first`,
      run: { kube: { method: 'PATCH', path: DNS_DEPLOYMENT, body: { spec } } },
    };
  },
});
