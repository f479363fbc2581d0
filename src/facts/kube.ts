import { cmd } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** Whether a Kubernetes API of the cluster is there and works, on any master. */
export const apiState: Fact<'ready' | 'absent'> = {
  name: 'api-state',
  ask: { kube: '/readyz' },
  parse: (output) => (output.trim() === 'ok' ? 'ready' : 'absent'),
};

/** The same where the run founds the cluster: an API that just starts may keep the question for seconds. */
export const noApiYet: typeof apiState = { ...apiState, ask: cmd('true') };
