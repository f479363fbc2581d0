import type { Known } from '../decisions/index.ts';
import { dnsHosts, dnsReplicas } from '../domain/topology/dns.ts';
import { definePhase } from '../engine/phase.ts';
import { DNS_DEPLOYMENT, dns, dnsPlaced, NEW_DNS, WORKERS_FIRST } from '../facts/dns.ts';
import type { Cluster } from '../spec/cluster.ts';

/**
 * Has CoreDNS prefer workers: after the death of a node, half of all questions go to its replica for the 40 s that
 * Kubernetes needs to notice. Only workers that are there can be preferred, so one that answers nobody yet waits, without
 * a replica, until it is scaled. k3s's manifest says nothing of either, so k3s's next start leaves it as it is.
 */
export const placeDns = definePhase({
  id: 'place-dns',
  title: 'Place CoreDNS',
  hosts: (cluster: Cluster, known: Known) => dnsHosts(cluster, known),
  facts: () => ({ dns }),

  *plan({ cluster, facts, known }) {
    const { replicas, available, workersFirst } = facts.dns === 'absent' ? NEW_DNS : facts.dns;
    if (workersFirst) return;
    const isUnused = available === 0 && replicas < dnsReplicas(cluster, known);
    const spec = { template: { spec: { affinity: WORKERS_FIRST } } };
    yield {
      says: 'run CoreDNS on workers first',
      run: {
        kube: {
          method: 'PATCH',
          path: DNS_DEPLOYMENT,
          body: { spec: isUnused ? { replicas: 0, ...spec } : spec },
        },
      },
    };
  },

  // More replicas only then: while old ones stand on the workers, new ones would have to go to masters.
  until: () => [dnsPlaced],
});
