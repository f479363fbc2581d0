import { asRoot, cmd } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** Whether commands that ask for root get it. */
export const rootWorks: Fact<'yes' | 'absent'> = {
  name: 'root-works',
  ask: asRoot(cmd('id', '-u')),
  parse: (output) => (output.trim() === '0' ? 'yes' : 'absent'),
};
