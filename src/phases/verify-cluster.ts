import type { Known } from '../decisions/index.ts';
import { dnsReplicas, hasDns } from '../domain/topology/dns.ts';
import { nameIn } from '../domain/topology/names.ts';
import { mastersOf, serversOf, usesEtcd } from '../domain/topology/roles.ts';
import { definePhase } from '../engine/phase.ts';
import { dnsAvailable } from '../facts/dns.ts';
import { etcdVotes } from '../facts/etcd.ts';
import { nodeReady } from '../facts/node.ts';
import { type Cluster, nodes } from '../spec/cluster.ts';

/** Asks, when all hosts have come so far, whether the cluster is whole: every node Ready, every member voting, DNS on two nodes. */
export const verifyCluster = definePhase({
  id: 'verify-cluster',
  title: 'Verify the cluster',
  hosts: (cluster: Cluster, _known: Known) => nodes(cluster),
  facts: () => ({}),
  plan: () => [],
  needs: (cluster: Cluster, known: Known) => mastersOf(cluster, known),

  until: ({ cluster, host, known }) => {
    const servers = serversOf(cluster, known);
    const name = nameIn(known)(host);
    return [
      nodeReady(name),
      ...(usesEtcd(cluster) && servers.some(({ key }) => key === host.key)
        ? [etcdVotes(`the etcd member on ${name} votes, one of ${servers.length}`, servers.length)]
        : []),
      ...(hasDns(cluster) && mastersOf(cluster, known)[0]?.key === host.key
        ? [dnsAvailable(dnsReplicas(cluster, known))]
        : []),
    ];
  },
});
