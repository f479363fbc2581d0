import type { Known } from '../decisions/index.ts';
import { dnsReplicas, hasDns } from '../domain/topology/dns.ts';
import { mastersOf } from '../domain/topology/roles.ts';
import { definePhase } from '../engine/phase.ts';
import { DNS_SCALE, dns } from '../facts/dns.ts';
import type { Cluster } from '../spec/cluster.ts';

/** Runs CoreDNS on two nodes. k3s's manifest does not set the replicas, so its next start leaves them as they are. */
export const scaleDns = definePhase({
  id: 'scale-dns',
  title: 'Scale CoreDNS',
  hosts: (cluster: Cluster, known: Known) => (hasDns(cluster) ? mastersOf(cluster, known).slice(0, 1) : []),
  facts: () => ({ dns }),

  *plan({ cluster, facts, known }) {
    const replicas = dnsReplicas(cluster, known);
    const now = facts.dns === 'absent' ? 1 : facts.dns.replicas;
    if (now >= replicas) return;
    yield {
      says: `scale CoreDNS to ${replicas} replicas`,
      run: { kube: { method: 'PATCH', path: DNS_SCALE, body: { spec: { replicas } } } },
    };
  },
});
