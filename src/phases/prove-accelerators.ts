import {
  acceleratorPodPath,
  removeAcceleratorPod,
  startAcceleratorPod,
} from '../commands/accelerator-pod.ts';
import type { Known } from '../decisions/index.ts';
import { acceleratedHosts, acceleratorOf, pluginImage, sharesOf } from '../domain/accelerators/of-hosts.ts';
import { nameIn } from '../domain/topology/names.ts';
import { mastersOf } from '../domain/topology/roles.ts';
import { definePhase } from '../engine/phase.ts';
import { nodeOffers } from '../facts/allocatable.ts';
import { nodePath, nodeState, readySpan } from '../facts/node.ts';
import { podSucceeds } from '../facts/pod.ts';
import type { Cluster, Host } from '../spec/cluster.ts';

const NOTE = 'edgectl.io/accelerator-proved';

/** A device plugin starts anew with its pod, and says nothing before its driver has come up. */
const OFFERS_WITHIN = 300;
// A slow board needs half a minute for a pod.
const POD_WITHIN = 180;

/**
 * Proves on each board with an accelerator that its node offers as many shares as it should, and that a pod which asks for one
 * gets it. The node remembers it, so that a pod is sent again only after a reboot or after the node was not Ready.
 */
export const proveAccelerators = definePhase({
  id: 'prove-accelerators',
  title: 'Prove that pods get accelerators',
  hosts: (cluster: Cluster, known: Known): readonly Host[] => acceleratedHosts(cluster, known),
  facts: (_cluster: Cluster, host: Host, known: Known) => ({
    node: nodeState(nameIn(known)(host)),
  }),
  plan: () => [],
  needs: (cluster: Cluster, known: Known) => mastersOf(cluster, known),

  // Each host is its own lane: none waits for another, and the phase is walked though it changes nothing.
  lane: ({ key }: Host) => key,

  until: ({ cluster, host, known, facts: { node } }) => {
    const accelerator = acceleratorOf(known, host);
    if (!accelerator || node === 'absent') return [];
    const { name } = node;
    const { resource, runtime, plugin } = accelerator;
    const offers = nodeOffers(name, resource, sharesOf(cluster, known, host), OFFERS_WITHIN);
    const proof = readySpan(node);
    if (node.annotations[NOTE] === proof) return [offers];
    const image = pluginImage(cluster, known, accelerator) ?? '';
    const pod = { node: name, image, command: plugin.probe, resource, runtimeClass: runtime.name };
    return [
      offers,
      {
        ...podSucceeds(`a pod on ${name} gets ${resource}`, acceleratorPodPath(name), POD_WITHIN),
        prepare: [removeAcceleratorPod(name), startAcceleratorPod(pod)],
        cleanup: [removeAcceleratorPod(name)],
        hint: `look at the journal of k3s on ${name} for what the runtime ${runtime.name} said of the pod`,
        remember: [
          { method: 'PATCH', path: nodePath(name), body: { metadata: { annotations: { [NOTE]: proof } } } },
        ],
      },
    ];
  },
});
