import * as z from 'zod';
import type { Fact } from '../engine/fact.ts';

const Events = z.object({
  items: z.array(
    z.object({
      type: z.string().nullish(),
      reason: z.string().nullish(),
      message: z.string().nullish(),
      count: z.number().nullish(),
      lastTimestamp: z.string().nullish(),
      eventTime: z.string().nullish(),
      involvedObject: z
        .object({
          kind: z.string().default(''),
          namespace: z.string().default(''),
          name: z.string().default(''),
        })
        .prefault({}),
    }),
  ),
});

/** Something that Kubernetes noted about one of its objects. `at` is ISO 8601, or '' when it does not say. */
export interface KubeEvent {
  readonly at: string;
  readonly type: string;
  readonly reason: string;
  readonly about: string;
  readonly message: string;
  readonly count: number;
}

/** What Kubernetes noted lately, in its own order. */
export const kubeEvents: Fact<readonly KubeEvent[] | 'absent'> = {
  name: 'kube-events',
  ask: { kube: '/api/v1/events?limit=1000' },
  parse: (output) => {
    try {
      return Events.parse(JSON.parse(output)).items.map(
        ({ involvedObject: { kind, namespace, name }, ...event }) => ({
          at: event.lastTimestamp ?? event.eventTime ?? '',
          type: event.type ?? '',
          reason: event.reason ?? '',
          about: [kind, namespace, name].filter(Boolean).join('/'),
          message: event.message ?? '',
          count: event.count ?? 1,
        }),
      );
    } catch {
      return 'absent';
    }
  },
};
