import { cmd } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** The name that holds now, and the one that the next boot sets ('' when none is written down). */
export interface Hostname {
  readonly current: string;
  readonly atBoot: string;
}

/** The machine's own name for itself. */
export const hostname: Fact<Hostname | 'absent'> = {
  name: 'hostname',
  ask: cmd('cat', '/proc/sys/kernel/hostname', '/etc/hostname'),
  parse: (output) => {
    const [current = '', atBoot = ''] = output.split('\n').map((line) => line.trim());
    return current ? { current, atBoot } : 'absent';
  },
};
