import { cmd } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/**
 * Whether this is a container, which shares the kernel, and so the clock and the modules, with the machine under it.
 * `absent` where systemd does not say.
 */
export const container: Fact<'yes' | 'no' | 'absent'> = {
  name: 'container',
  ask: cmd('systemd-detect-virt', '--container'),
  parse: (output) => {
    const word = output.trim();
    if (word === 'none') return 'no';
    return /^[a-z][a-z-]*$/.test(word) ? 'yes' : 'absent';
  },
};
