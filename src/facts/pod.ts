import * as z from 'zod';
import type { Fact } from '../engine/fact.ts';
import type { Condition } from '../engine/phase.ts';

const Pod = z.object({
  status: z.object({
    phase: z.string().default(''),
    conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
  }),
});

/** How the pod at a path of the API stands. */
export const podState = (path: string): Fact<'ready' | 'waiting' | 'absent'> => ({
  name: 'pod-state',
  ask: { kube: path },
  parse: (output) => {
    try {
      const { conditions } = Pod.parse(JSON.parse(output)).status;
      const isReady = conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
      return isReady ? 'ready' : 'waiting';
    } catch {
      return 'absent';
    }
  },
});

/** The pod at a path is Ready, within so many seconds. */
export const podReady = (says: string, path: string, within: number): Condition => ({
  says,
  ask: podState(path).ask,
  every: 1,
  within,
  judge: (output) => (podState(path).parse(output) === 'ready' ? 'ok' : 'not yet'),
});

const Ending = z.object({
  status: z.object({ phase: z.string().default(''), reason: z.string().default('') }),
});

/** How the pod at a path of the API, which is to end, has ended: `crowded out` when its node had nothing left of what it asks for. */
export const podEnd = (path: string): Fact<'succeeded' | 'failed' | 'crowded out' | 'runs' | 'absent'> => ({
  name: 'pod-end',
  ask: { kube: path },
  parse: (output) => {
    try {
      const { phase, reason } = Ending.parse(JSON.parse(output)).status;
      if (phase === 'Succeeded') return 'succeeded';
      if (phase !== 'Failed') return 'runs';
      return /^OutOf/.test(reason) ? 'crowded out' : 'failed';
    } catch {
      return 'absent';
    }
  },
});

/** The pod at a path ends well, within so many seconds; it is let off where other pods have all that it asks for. */
export const podSucceeds = (says: string, path: string, within: number): Condition => ({
  says,
  ask: podEnd(path).ask,
  every: 1,
  within,
  judge: (output) => {
    const end = podEnd(path).parse(output);
    if (end === 'crowded out') return 'skip';
    return end === 'succeeded' ? 'ok' : 'not yet';
  },
});
