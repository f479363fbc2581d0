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
const READ = `cat /etc/machine-id
grep MemTotal: /proc/meminfo
echo "cores $(getconf _NPROCESSORS_ONLN)"
echo "uptime $(cut -d. -f1 /proc/uptime)"
tree=/proc/device-tree
[ ! -r $tree/model ] || echo "model $(tr -d '\\0' < $tree/model)"
if [ -e /dev/nvidia0 ] || grep -qs nvidia,tegra $tree/compatible; then echo gpu; fi`;

const numberAfter = (output: string, before: string): number | undefined => {
  const digits = new RegExp(String.raw`^${before}\s+(\d{1,15})\b`, 'm').exec(output)?.[1];
  return digits === undefined ? undefined : Number(digits);
};

/** Who the machine is and what it has, in one cheap question. */
export const machine: Fact<Machine | 'absent'> = {
  name: 'machine',
  ask: script(READ),
  parse: (output) => {
    const id = /^[0-9a-f]{32}$/m.exec(output)?.[0];
    const kib = numberAfter(output, 'MemTotal:');
    if (!id || kib === undefined) return 'absent';
    return {
      id,
      memory: Math.floor(kib / 1024),
      cores: numberAfter(output, 'cores') ?? 1,
      uptime: numberAfter(output, 'uptime') ?? 0,
      model: /^model (.+)$/m.exec(output)?.[1]?.trim() ?? '',
      gpu: /^gpu$/m.test(output),
    };
  },
};
