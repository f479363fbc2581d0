import { probePath, removeProbe, startProbe } from '../commands/probe-pod.ts';
import type { Known } from '../decisions/index.ts';
import { hasDns } from '../domain/topology/dns.ts';
import { nameIn } from '../domain/topology/names.ts';
import { mastersOf, schedulable, workersOf } from '../domain/topology/roles.ts';
import { definePhase } from '../engine/phase.ts';
import { dns, dnsAnswers } from '../facts/dns.ts';
import { nodePath, nodeState, readySpan } from '../facts/node.ts';
import { podReady } from '../facts/pod.ts';
import type { Cluster, Host } from '../spec/cluster.ts';

const NOTE = 'edgectl.io/proved';

// A slow board needs half a minute for a pod.
const WITHIN = 180;

/**
 * Proves with a pod on each worker that pods there find a Service by DNS and reach it. The node remembers it, so that it
 * is proved again only after a reboot or after the node was not Ready. Changes nothing else.
 */
export const proveWorkers = definePhase({
  id: 'prove-workers',
  title: 'Prove that pods reach Services',
  hosts: (cluster: Cluster, known: Known): readonly Host[] => {
    if (!hasDns(cluster)) return [];
    const workers = workersOf(cluster, known);
    return workers.length > 0 ? workers : schedulable(cluster, known);
  },
  facts: (_cluster: Cluster, host: Host, known: Known) => ({
    dns,
    node: nodeState(nameIn(known)(host)),
  }),
  plan: () => [],
  needs: (cluster: Cluster, known: Known) => mastersOf(cluster, known),

  // Each host is its own lane: none waits for another, and the phase is walked though it changes nothing.
  lane: ({ key }: Host) => key,

  until: ({ facts: { dns: found, node } }) => {
    if (found === 'absent' || node === 'absent') return [];
    const proof = readySpan(node);
    if (node.annotations[NOTE] === proof) return [];
    const { name } = node;
    return [
      // One that finds no DNS tries again only after seconds.
      dnsAnswers,
      {
        ...podReady(`a pod on ${name} reaches a Service by its name`, probePath(name), WITHIN),
        prepare: [removeProbe(name), startProbe(name, found.image)],
        cleanup: [removeProbe(name)],
        remember: [
          { method: 'PATCH', path: nodePath(name), body: { metadata: { annotations: { [NOTE]: proof } } } },
        ],
      },
    ];
  },
});
