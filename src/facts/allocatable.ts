import * as z from 'zod';
import type { Fact } from '../engine/fact.ts';
import type { Condition } from '../engine/phase.ts';
import { nodePath } from './node.ts';

const Node = z.object({ status: z.object({ allocatable: z.record(z.string(), z.string()) }) });

/** How many of a counted resource, such as `nvidia.com/gpu`, a node has for pods; 0 when it knows none of that name. */
export const allocatable = (node: string, resource: string): Fact<number | 'absent'> => ({
  name: 'allocatable',
  ask: { kube: nodePath(node) },
  parse: (output) => {
    try {
      const count = Number(Node.parse(JSON.parse(output)).status.allocatable[resource] ?? 0);
      return Number.isSafeInteger(count) ? count : 'absent';
    } catch {
      return 'absent';
    }
  },
});

/** A node offers exactly so many of a resource, as its device plugin has told its kubelet. */
export const nodeOffers = (node: string, resource: string, count: number, within: number): Condition => {
  const { ask, parse } = allocatable(node, resource);
  return {
    hint: 'look at its device plugin: kubectl -n kube-system get pods -o wide, then logs and describe',
    says: `node ${node} offers ${count} ${resource}`,
    ask,
    every: 1,
    within,
    judge: (output) => (parse(output) === count ? 'ok' : 'not yet'),
  };
};
