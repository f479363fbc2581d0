import * as z from 'zod';
import type { Fact } from '../engine/fact.ts';
import type { Condition } from '../engine/phase.ts';
import { isOver } from './pods.ts';

const PodList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        name: z.string(),
        namespace: z.string(),
        annotations: z.record(z.string(), z.string()).default({}),
        ownerReferences: z.array(z.object({ kind: z.string() })).default([]),
      }),
      status: z.object({ phase: z.string().default('') }).prefault({}),
    }),
  ),
});

/** A pod's place in the API. */
export interface PodName {
  readonly namespace: string;
  readonly name: string;
}

const MIRROR = 'kubernetes.io/config.mirror';

/** The pods on a node that can be moved elsewhere: running ones that no DaemonSet and no file on the node keeps there. */
export const podsOn = (node: string): Fact<readonly PodName[] | 'absent'> => ({
  name: 'pods-on',
  ask: { kube: `/api/v1/pods?fieldSelector=spec.nodeName%3D${encodeURIComponent(node)}` },
  parse: (output) => {
    try {
      return PodList.parse(JSON.parse(output)).items.flatMap(({ metadata, status }) => {
        const { name, namespace, annotations, ownerReferences } = metadata;
        const stays = ownerReferences.some(({ kind }) => kind === 'DaemonSet') || MIRROR in annotations;
        return stays || isOver(status.phase) ? [] : [{ namespace, name }];
      });
    } catch {
      return 'absent';
    }
  },
});

// As long as pods may take to say goodbye; kubectl's own drain waits without end.
const GONE_WITHIN = 600;

/** No such pod is left on the node. */
export const noPodsOn = (node: string): Condition => ({
  says: `no pods are left on ${node}`,
  ask: podsOn(node).ask,
  every: 1,
  within: GONE_WITHIN,
  judge: (output) => {
    const pods = podsOn(node).parse(output);
    return pods !== 'absent' && pods.length === 0 ? 'ok' : 'not yet';
  },
});
