import type { Known } from '../decisions/index.ts';
import { dnsHosts } from '../domain/topology/dns.ts';
import { mastersOf } from '../domain/topology/roles.ts';
import { definePhase } from '../engine/phase.ts';
import { dnsDeployed } from '../facts/dns.ts';
import type { Cluster, Host } from '../spec/cluster.ts';

/** Waits until k3s has deployed its CoreDNS, which then can be told where to run. Changes nothing. */
export const awaitDns = definePhase({
  id: 'await-dns',
  title: 'Wait for CoreDNS',
  hosts: (cluster: Cluster, known: Known) => dnsHosts(cluster, known),
  facts: () => ({}),
  plan: () => [],
  needs: (cluster: Cluster, known: Known) => mastersOf(cluster, known),

  // Walked though it changes nothing.
  lane: ({ key }: Host) => key,

  until: () => [dnsDeployed],
});
