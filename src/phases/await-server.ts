import type { Known } from '../decisions/index.ts';
import { mastersOf, workersOf } from '../domain/topology/roles.ts';
import { definePhase } from '../engine/phase.ts';
import { addressAnswers, someServerAnswers } from '../facts/supervisor.ts';
import type { Cluster, Host } from '../spec/cluster.ts';

/**
 * Has workers wait until a server answers, with everything placed: before that k3s there could only try again and again,
 * and where machines share a host it would slow the server down. Changes nothing.
 */
export const awaitServer = definePhase({
  id: 'await-server',
  title: 'Wait for a server',
  hosts: (cluster: Cluster, known: Known) => workersOf(cluster, known),
  facts: () => ({}),
  plan: () => [],
  needs: (cluster: Cluster, known: Known) => mastersOf(cluster, known),

  // Each host is its own lane: none waits for another, and the phase is walked though it changes nothing.
  lane: ({ key }: Host) => key,

  // One that joins through the VIP before anybody has it would try again only seconds later.
  until: ({ cluster: { masters } }) => [
    someServerAnswers,
    ...(masters.vip === undefined ? [] : [addressAnswers(masters.vip, 'keepalived on the masters keeps it')]),
  ],
});
