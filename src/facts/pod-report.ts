import * as z from 'zod';
import type { Fact } from '../engine/fact.ts';

const State = z.record(z.string(), z.object({ reason: z.string().default('') }));
const Pods = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), namespace: z.string() }),
      spec: z.object({ nodeName: z.string().default('') }).prefault({}),
      status: z
        .object({
          phase: z.string().default(''),
          reason: z.string().default(''),
          containerStatuses: z
            .array(
              z.object({
                name: z.string(),
                ready: z.boolean().default(false),
                restartCount: z.number().default(0),
                state: State.default({}),
              }),
            )
            .default([]),
        })
        .prefault({}),
    }),
  ),
});

/** A pod as a helper may see it: where it is and how it does, nothing of what it was told. */
export interface PodReport {
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  readonly phase: string;
  readonly reason: string;
  readonly containers: readonly {
    readonly name: string;
    readonly ready: boolean;
    readonly restarts: number;
    /** `running`, or what it waits for or ended with. */
    readonly state: string;
  }[];
}

const stateOf = (state: z.infer<typeof State>): string => {
  const [kind = '', { reason } = { reason: '' }] = Object.entries(state)[0] ?? [];
  return reason === '' ? kind : `${kind}: ${reason}`;
};

/** All pods of the cluster. */
export const podReport: Fact<readonly PodReport[] | 'absent'> = {
  name: 'pod-report',
  ask: { kube: '/api/v1/pods' },
  parse: (output) => {
    try {
      return Pods.parse(JSON.parse(output)).items.map(({ metadata, spec, status }) => ({
        namespace: metadata.namespace,
        name: metadata.name,
        node: spec.nodeName,
        phase: status.phase,
        reason: status.reason,
        containers: status.containerStatuses.map(({ name, ready, restartCount, state }) => ({
          name,
          ready,
          restarts: restartCount,
          state: stateOf(state),
        })),
      }));
    } catch {
      return 'absent';
    }
  },
};
