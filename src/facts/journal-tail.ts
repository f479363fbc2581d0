import { asRoot, cmd } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** The last lines that units like this pattern wrote to the system journal, and what systemd says of them. */
export const journalTail = (units: string, lines: number): Fact<string | 'absent'> => ({
  name: 'journal-tail',
  ask: asRoot(cmd('journalctl', '--no-pager', '--output=short-iso', `--lines=${lines}`, `--unit=${units}`)),
  parse: (output) => (/^-- No entries --$|^$/.test(output.trim()) ? 'absent' : output),
});
