import * as z from 'zod';
import type { Fact } from '../engine/fact.ts';

const PodList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), namespace: z.string(), uid: z.string() }),
      status: z
        .object({
          phase: z.string().default(''),
          conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
          containerStatuses: z.array(z.object({ restartCount: z.number() })).default([]),
        })
        .prefault({}),
    }),
  ),
});

/** Whether a pod in this phase has ended for good. */
export const isOver = (phase: string): boolean => phase === 'Succeeded' || phase === 'Failed';

/** A pod that is at work, or should be: whether it is Ready, and how often its containers were started anew. */
export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly ready: boolean;
  readonly restarts: number;
}

/** All pods of the cluster but those that are over. */
export const podList: Fact<readonly Pod[] | 'absent'> = {
  name: 'pod-list',
  ask: { kube: '/api/v1/pods' },
  parse: (output) => {
    try {
      return PodList.parse(JSON.parse(output)).items.flatMap(({ metadata, status }) => {
        if (isOver(status.phase)) return [];
        const { namespace, name, uid } = metadata;
        return [
          {
            namespace,
            name,
            uid,
            ready: status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
            restarts: status.containerStatuses.reduce((sum, { restartCount }) => sum + restartCount, 0),
          },
        ];
      });
    } catch {
      return 'absent';
    }
  },
};
