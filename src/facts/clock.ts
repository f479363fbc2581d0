import { cmd } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** The machine's own time, in seconds since 1970. */
export const clock: Fact<number | 'absent'> = {
  name: 'clock',
  ask: cmd('date', '+%s'),
  parse: (output) => {
    const digits = /^\d{1,12}$/.exec(output.trim())?.[0];
    return digits === undefined ? 'absent' : Number(digits);
  },
};
