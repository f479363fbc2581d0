import { z } from 'zod';
import type { Fact } from '../engine/fact.ts';
import type { Condition } from '../engine/phase.ts';

const DEPLOYMENT = '/apis/apps/v1/namespaces/kube-system/deployments/coredns';

/** Where the number of CoreDNS's replicas is set. */
export const DNS_SCALE = `${DEPLOYMENT}/scale`;

const Deployment = z.object({
  spec: z.object({
    replicas: z.number().default(1),
    template: z.object({ spec: z.object({ containers: z.array(z.object({ image: z.string() })).min(1) }) }),
  }),
  status: z.object({ availableReplicas: z.number().default(0) }).prefault({}),
});

/** The cluster's CoreDNS: how many replicas are wanted and available, and its image. */
export interface Dns {
  readonly replicas: number;
  readonly available: number;
  readonly image: string;
}

/** The CoreDNS that k3s brings. */
export const dns: Fact<Dns | 'absent'> = {
  name: 'dns',
  ask: { kube: DEPLOYMENT },
  parse: (output) => {
    try {
      const { spec, status } = Deployment.parse(JSON.parse(output));
      const image = spec.template.spec.containers[0]?.image ?? '';
      return { replicas: spec.replicas, available: status.availableReplicas, image };
    } catch {
      return 'absent';
    }
  },
};

/** k3s has deployed CoreDNS, which it does soon after its API is up. */
export const dnsDeployed: Condition = {
  says: 'CoreDNS is deployed',
  ask: dns.ask,
  every: 0.5,
  within: 300,
  judge: (output) => (dns.parse(output) === 'absent' ? 'not yet' : 'ok'),
};

/** So many replicas of CoreDNS answer. */
export const dnsAvailable = (replicas: number): Condition => ({
  says: `CoreDNS answers ${replicas === 1 ? 'on 1 node' : `on ${replicas} nodes`}`,
  ask: dns.ask,
  every: 0.5,
  within: 300,
  judge: (output) => {
    const found = dns.parse(output);
    return found !== 'absent' && found.available >= replicas ? 'ok' : 'not yet';
  },
});
