import * as z from 'zod';
import type { Fact } from '../engine/fact.ts';
import type { Condition } from '../engine/phase.ts';

/** The API's path of the CoreDNS that k3s brings. */
export const DNS_DEPLOYMENT = '/apis/apps/v1/namespaces/kube-system/deployments/coredns';

const Deployment = z.object({
  spec: z.object({
    replicas: z.number().default(1),
    template: z.object({
      spec: z.object({
        containers: z.array(z.object({ image: z.string() })).min(1),
        affinity: z.unknown().optional(),
      }),
    }),
  }),
  metadata: z.object({ generation: z.number().default(0) }).prefault({}),
  status: z
    .object({
      observedGeneration: z.number().default(0),
      replicas: z.number().default(0),
      updatedReplicas: z.number().default(0),
      availableReplicas: z.number().default(0),
    })
    .prefault({}),
});

/** Which nodes CoreDNS takes when it may choose: no master, so that DNS is whole when a master dies. */
export const WORKERS_FIRST = {
  nodeAffinity: {
    preferredDuringSchedulingIgnoredDuringExecution: [
      {
        weight: 100,
        preference: {
          matchExpressions: [{ key: 'node-role.kubernetes.io/control-plane', operator: 'DoesNotExist' }],
        },
      },
    ],
  },
} as const;

/**
 * The cluster's CoreDNS: how many replicas are wanted and available, its image, whether it prefers workers, and whether
 * every replica is as it is wanted now, so that none of before is left.
 */
export interface Dns {
  readonly replicas: number;
  readonly available: number;
  readonly image: string;
  readonly workersFirst: boolean;
  readonly rolledOut: boolean;
}

/** The CoreDNS that k3s brings. */
export const dns: Fact<Dns | 'absent'> = {
  name: 'dns',
  ask: { kube: DNS_DEPLOYMENT },
  parse: (output) => {
    try {
      const { metadata, spec, status } = Deployment.parse(JSON.parse(output));
      const { containers, affinity } = spec.template.spec;
      return {
        replicas: spec.replicas,
        available: status.availableReplicas,
        image: containers[0]?.image ?? '',
        workersFirst: JSON.stringify(affinity) === JSON.stringify(WORKERS_FIRST),
        rolledOut:
          status.observedGeneration >= metadata.generation &&
          status.updatedReplicas === status.replicas &&
          status.updatedReplicas >= spec.replicas,
      };
    } catch {
      return 'absent';
    }
  },
};

/** CoreDNS as k3s deploys it. */
export const NEW_DNS: Omit<Dns, 'image'> = {
  replicas: 1,
  available: 0,
  workersFirst: false,
  rolledOut: false,
};

/** A condition on the CoreDNS that k3s brings; one that is not deployed meets none. */
const dnsIs = (says: string, holds: (now: Dns) => boolean): Condition => ({
  says,
  ask: dns.ask,
  every: 1,
  within: 300,
  judge: (output) => {
    const now = dns.parse(output);
    return now !== 'absent' && holds(now) ? 'ok' : 'not yet';
  },
});

/** k3s has deployed CoreDNS, which it does soon after its API is up. */
export const dnsDeployed = dnsIs('CoreDNS is deployed', () => true);

/** Every replica of CoreDNS has been given its node by the preference for workers; none of before is left. */
export const dnsPlaced = dnsIs(
  'CoreDNS runs on workers first',
  ({ workersFirst, rolledOut }) => workersFirst && rolledOut,
);

/** A replica of CoreDNS answers, whatever becomes of the others. */
export const dnsAnswers = dnsIs('CoreDNS answers', ({ available }) => available > 0);

/** So many replicas of CoreDNS answer. */
export const dnsAvailable = (replicas: number): Condition =>
  dnsIs(
    `CoreDNS answers ${replicas === 1 ? 'on 1 node' : `on ${replicas} nodes`}`,
    ({ rolledOut, available }) => rolledOut && available >= replicas,
  );
