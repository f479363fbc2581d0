import { cmd } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** Every name in `/etc/hosts`, whatever address it stands for. */
export const hostsFile: Fact<readonly string[] | 'absent'> = {
  name: 'hosts-file',
  ask: cmd('cat', '/etc/hosts'),
  parse: (output) => {
    const names = output.split('\n').flatMap((line) => {
      const [, ...rest] = line.replace(/#.*/, '').trim().split(/\s+/);
      return rest;
    });
    return names.length > 0 ? [...new Set(names)] : 'absent';
  },
};
