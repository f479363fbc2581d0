import { AGENT_UNIT, SERVER_UNIT } from '../commands/k3s.ts';
import type { Known } from '../decisions/index.ts';
import { hasDns } from '../domain/topology/dns.ts';
import { nameIn } from '../domain/topology/names.ts';
import { mastersOf, roleOf } from '../domain/topology/roles.ts';
import { definePhase } from '../engine/phase.ts';
import { dnsDeployed } from '../facts/dns.ts';
import { nodeReady } from '../facts/node.ts';
import { unitRuns, unitStart, unitState } from '../facts/systemctl.ts';
import { type Cluster, type Host, nodes } from '../spec/cluster.ts';

// With the first master's own start before it, and the import of its images.
const RUNS_WITHIN = 900;

const unitOf = (known: Known, host: Host): string =>
  roleOf(known, host) === 'worker' ? AGENT_UNIT : SERVER_UNIT;

/** Waits until every node is Ready: from then on its Node object is there to be labelled. Changes nothing. */
export const awaitNodes = definePhase({
  id: 'await-nodes',
  title: 'Wait for the nodes',
  hosts: (cluster: Cluster, _known: Known) => nodes(cluster),
  facts: (_cluster: Cluster, host: Host, known: Known) => ({
    unit: unitState(unitOf(known, host)),
    start: unitStart(unitOf(known, host)),
  }),
  plan: () => [],
  needs: (cluster: Cluster, known: Known) => mastersOf(cluster, known),

  // Each host is its own lane: none waits for another, and the phase is walked though it changes nothing.
  lane: ({ key }: Host) => key,

  until: ({ cluster, host, known, facts }) => [
    ...(facts.unit === 'running' ? [] : [unitRuns(unitOf(known, host), RUNS_WITHIN)]),
    nodeReady(nameIn(known)(host), facts.start),
    // What comes next changes it, or asks it.
    ...(hasDns(cluster) ? [dnsDeployed] : []),
  ],
});
