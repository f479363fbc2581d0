import { cmd } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** Whether chrony is installed such that it reads `/etc/chrony/conf.d`, as Debian and Ubuntu set it up since chrony 4. */
export const chrony: Fact<'drop-ins' | 'absent'> = {
  name: 'chrony',
  ask: cmd('grep', '-hs', '^confdir', '/etc/chrony/chrony.conf'),
  parse: (output) =>
    /^confdir\s+(.*\s)?\/etc\/chrony\/conf\.d\/?(\s|$)/m.test(output) ? 'drop-ins' : 'absent',
};
