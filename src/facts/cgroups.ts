import { script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** Which hierarchy of control groups the machine boots with, and the controllers that are switched on. */
export interface Cgroups {
  readonly version: 1 | 2;
  readonly controllers: readonly string[];
}

const READ = `stat -fc %T /sys/fs/cgroup
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  tr ' ' '\\n' < /sys/fs/cgroup/cgroup.controllers | sed 's/^/on /'
else
  while read -r name _ _ enabled; do [ "$enabled" != 1 ] || echo "on $name"; done < /proc/cgroups
fi`;

/** The control groups as the kubelet will find them. */
export const cgroups: Fact<Cgroups | 'absent'> = {
  name: 'cgroups',
  ask: script(READ),
  parse: (output) => {
    const kind = /^(cgroup2fs|tmpfs|cgroupfs)$/m.exec(output)?.[1];
    if (kind === undefined) return 'absent';
    const controllers = [...output.matchAll(/^on ([a-z_]+)$/gm)].map(([, name = '']) => name);
    return { version: kind === 'cgroup2fs' ? 2 : 1, controllers };
  },
};
