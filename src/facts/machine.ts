import { script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** What a machine is: its machine-id, memory in MiB, processors, seconds since boot, board model ('' on a PC), a GPU. */
export interface Machine {
  readonly id: string;
  readonly memory: number;
  readonly cores: number;
  readonly uptime: number;
  readonly model: string;
  readonly gpu: boolean;
}

// Jetsons of all generations have a compatible string with "nvidia,tegra"; a card in a PC has a device file.
const READ = `cat /etc/machine-id /proc/uptime /sys/devices/system/cpu/online
read -r memory < /proc/meminfo && echo "$memory"
[ ! -e /dev/nvidia0 ] || echo gpu
for part in model compatible; do
  [ ! -r "/proc/device-tree/$part" ] || echo "$part $(tr '\\0' ' ' < "/proc/device-tree/$part")"
done`;

/** How many processors a list such as `0-3,6` names. */
const countOf = (list: string): number =>
  list.split(',').reduce((sum, range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return sum + last - first + 1;
  }, 0);

/** Who the machine is and what it has, in one cheap question. */
export const machine: Fact<Machine | 'absent'> = {
  name: 'machine',
  ask: script(READ),
  parse: (output) => {
    const id = /^[0-9a-f]{32}$/m.exec(output)?.[0];
    const kib = /^MemTotal:\s+(\d{1,15}) kB$/m.exec(output)?.[1];
    if (!id || !kib) return 'absent';
    return {
      id,
      memory: Math.floor(Number(kib) / 1024),
      cores: countOf(/^\d{1,4}(?:[-,]\d{1,4})*$/m.exec(output)?.[0] ?? '0'),
      uptime: Number(/^(\d{1,10})\.\d+ \d+\.\d+$/m.exec(output)?.[1] ?? 0),
      model: /^model (.+)$/m.exec(output)?.[1]?.trim() ?? '',
      gpu: /^gpu$|^compatible .*nvidia,tegra/m.test(output),
    };
  },
};
