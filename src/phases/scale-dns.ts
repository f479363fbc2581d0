import type { Known } from '../decisions/index.ts';
import { dnsHosts, dnsReplicas, strayed } from '../domain/topology/dns.ts';
import { nameIn } from '../domain/topology/names.ts';
import { mastersOf, workersOf } from '../domain/topology/roles.ts';
import { definePhase } from '../engine/phase.ts';
import { DNS_DEPLOYMENT, dns, dnsAvailable, NEW_DNS } from '../facts/dns.ts';
import { dnsNodes, dnsPodsOn } from '../facts/dns-nodes.ts';
import { nodeList } from '../facts/node.ts';
import type { Cluster } from '../spec/cluster.ts';

/**
 * Runs CoreDNS on two nodes: with one, DNS is gone for five minutes when its node dies. It comes behind the
 * workers, which are to take them. A replica that Kubernetes moved to a master while a worker was away goes back to it.
 */
export const scaleDns = definePhase({
  id: 'scale-dns',
  title: 'Scale CoreDNS',
  hosts: (cluster: Cluster, known: Known) => dnsHosts(cluster, known),
  behind: (cluster: Cluster, known: Known) => ({ hosts: workersOf(cluster, known) }),
  facts: () => ({ dns, on: dnsNodes, nodes: nodeList }),

  *plan({ cluster, facts, known }) {
    const nameOf = nameIn(known);
    const wanted = dnsReplicas(cluster, known);
    const { replicas, available, workersFirst, rolledOut } = facts.dns === 'absent' ? NEW_DNS : facts.dns;
    const coming = Math.max(0, wanted - replicas);
    if (coming > 0)
      yield {
        says: `run CoreDNS on ${wanted} nodes`,
        run: { kube: { method: 'PATCH', path: DNS_DEPLOYMENT, body: { spec: { replicas: wanted } } } },
      };

    // Replicas that wait for a node, or are about to be replaced, may come to any master; where they are while the cluster is
    // down, nobody knows.
    const isHidden = facts.dns === 'absent' && known.isFounding === false;
    const isWaiting = facts.on !== 'absent' && facts.on.length < Math.min(replicas, wanted);
    const reached = workersOf(cluster, known).filter(({ key }) => key in known.arch);
    const masters = mastersOf(cluster, known).map(nameOf);
    const toMove = () => strayed(facts.on, facts.nodes, masters, reached.map(nameOf), coming);
    const isReplaced = (replicas > 1 || available > 0) && !workersFirst;
    const mayStray = isReplaced || isHidden || isWaiting ? masters.slice(0, reached.length) : [];
    for (const master of rolledOut && workersFirst && !isWaiting ? toMove() : mayStray)
      yield {
        says: `move CoreDNS from ${master} to a worker`,
        run: { kube: { method: 'DELETE', path: dnsPodsOn(master) } },
      };
  },

  until: ({ cluster, known }) => [dnsAvailable(dnsReplicas(cluster, known))],
});
