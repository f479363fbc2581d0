import type { Known } from '../decisions/index.ts';
import { dnsHosts, dnsReplicas } from '../domain/topology/dns.ts';
import { workersOf } from '../domain/topology/roles.ts';
import { definePhase } from '../engine/phase.ts';
import { DNS_DEPLOYMENT, dns } from '../facts/dns.ts';
import type { Cluster } from '../spec/cluster.ts';

/** Runs the CoreDNS that has waited for workers on the first of them that is there: a slow one holds no other pod's DNS up. */
export const startDns = definePhase({
  id: 'start-dns',
  title: 'Start CoreDNS',
  hosts: (cluster: Cluster, known: Known) => dnsHosts(cluster, known),
  behind: (cluster: Cluster, known: Known) => ({ hosts: workersOf(cluster, known), least: 1 }),
  facts: () => ({ dns }),

  *plan({ cluster, facts, known }) {
    const isHeldBack = facts.dns === 'absent' ? dnsReplicas(cluster, known) > 1 : facts.dns.replicas === 0;
    if (isHeldBack)
      yield {
        says: 'run CoreDNS on a worker',
        run: { kube: { method: 'PATCH', path: DNS_DEPLOYMENT, body: { spec: { replicas: 1 } } } },
      };
  },
});
