import * as z from 'zod';
import type { Fact } from '../engine/fact.ts';
import type { Condition } from '../engine/phase.ts';

const PODS = '/api/v1/namespaces/kube-system/pods?labelSelector=k8s-app%3Dkube-dns';

/** The API's path of all replicas of CoreDNS on a node. */
export const dnsPodsOn = (node: string): string =>
  `${PODS}&fieldSelector=spec.nodeName%3D${encodeURIComponent(node)}`;

const PodList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ deletionTimestamp: z.string().optional() }),
      spec: z.object({ nodeName: z.string().optional() }).prefault({}),
    }),
  ),
});

/** The nodes that CoreDNS runs on, once a replica; without replicas that are being deleted or have no node yet. */
export const dnsNodes: Fact<readonly string[] | 'absent'> = {
  name: 'dns-nodes',
  ask: { kube: PODS },
  parse: (output) => {
    try {
      return PodList.parse(JSON.parse(output)).items.flatMap(({ metadata, spec }) =>
        metadata.deletionTimestamp === undefined && spec.nodeName !== undefined ? [spec.nodeName] : [],
      );
    } catch {
      return 'absent';
    }
  },
};

/** A replica of CoreDNS has its node, whether or not it answers already. */
export const dnsHasNode: Condition = {
  says: 'CoreDNS has a node',
  ask: dnsNodes.ask,
  every: 0.5,
  within: 300,
  judge: (output) => {
    const on = dnsNodes.parse(output);
    return on !== 'absent' && on.length > 0 ? 'ok' : 'not yet';
  },
};
