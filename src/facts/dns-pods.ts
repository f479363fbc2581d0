import { z } from 'zod';
import type { Fact } from '../engine/fact.ts';

const PODS = '/api/v1/namespaces/kube-system/pods';

const PodList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), deletionTimestamp: z.string().optional() }),
      spec: z.object({ nodeName: z.string().default('') }).prefault({}),
    }),
  ),
});

/** A replica of CoreDNS: the API's path of its pod, and its node, empty while it has none. */
export interface DnsPod {
  readonly path: string;
  readonly node: string;
}

/** The replicas of CoreDNS, without those that are being deleted. */
export const dnsPods: Fact<readonly DnsPod[] | 'absent'> = {
  name: 'dns-pods',
  ask: { kube: `${PODS}?labelSelector=k8s-app%3Dkube-dns` },
  parse: (output) => {
    try {
      const stays = PodList.parse(JSON.parse(output)).items.filter(
        ({ metadata }) => metadata.deletionTimestamp === undefined,
      );
      return stays.map(({ metadata, spec }) => ({
        path: `${PODS}/${metadata.name}`,
        node: spec.nodeName,
      }));
    } catch {
      return 'absent';
    }
  },
};
