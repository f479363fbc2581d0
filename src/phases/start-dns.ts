import type { Known } from '../decisions/index.ts';
import { dnsHosts, dnsReplicas } from '../domain/topology/dns.ts';
import { workersOf } from '../domain/topology/roles.ts';
import { definePhase } from '../engine/phase.ts';
import { DNS_DEPLOYMENT, type Dns, dns } from '../facts/dns.ts';
import { dnsHasNode } from '../facts/dns-nodes.ts';
import type { Cluster } from '../spec/cluster.ts';

/** Whether CoreDNS waits for workers: a new one does, where there is more than one node to come. */
const isHeldBack = (cluster: Cluster, known: Known, now: Dns | 'absent'): boolean =>
  now === 'absent' ? dnsReplicas(cluster, known) > 1 : now.replicas === 0;

/** Runs the CoreDNS that has waited for workers on the first of them that is there: a slow one holds no other pod's DNS up. */
export const startDns = definePhase({
  id: 'start-dns',
  title: 'Start CoreDNS',
  hosts: (cluster: Cluster, known: Known) => dnsHosts(cluster, known),
  behind: (cluster: Cluster, known: Known) => ({ hosts: workersOf(cluster, known), least: 1 }),
  facts: () => ({ dns }),

  *plan({ cluster, facts, known }) {
    if (isHeldBack(cluster, known, facts.dns))
      yield {
        says: 'run CoreDNS on a worker',
        run: { kube: { method: 'PATCH', path: DNS_DEPLOYMENT, body: { spec: { replicas: 1 } } } },
      };
  },

  // Where a replica comes to is known before anybody looks whether it has to move.
  until: ({ cluster, facts, known }) => (isHeldBack(cluster, known, facts.dns) ? [dnsHasNode] : []),
});
