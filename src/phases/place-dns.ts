import type { Known } from '../decisions/index.ts';
import { dnsHosts } from '../domain/topology/dns.ts';
import { definePhase } from '../engine/phase.ts';
import { DNS_DEPLOYMENT, dns, dnsPlaced, WORKERS_FIRST } from '../facts/dns.ts';
import type { Cluster } from '../spec/cluster.ts';

/**
 * Has CoreDNS prefer workers: after the death of a node, half of all questions go to its replica for the 40 s that
 * Kubernetes needs to notice. A barrier in its playbook, because only workers that are there can be preferred. k3s's
 * manifest says nothing of it, so k3s's next start leaves it as it is.
 */
export const placeDns = definePhase({
  id: 'place-dns',
  title: 'Place CoreDNS',
  hosts: (cluster: Cluster, known: Known) => dnsHosts(cluster, known),
  facts: () => ({ dns }),

  *plan({ facts }) {
    if (facts.dns !== 'absent' && facts.dns.workersFirst) return;
    const body = { spec: { template: { spec: { affinity: WORKERS_FIRST } } } };
    yield {
      says: 'run CoreDNS on workers first',
      run: { kube: { method: 'PATCH', path: DNS_DEPLOYMENT, body } },
    };
  },

  // More replicas only then: while old ones stand on the workers, new ones would have to go to masters.
  until: () => [dnsPlaced],
});
