import { script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** What the machine swaps to, with its size in MiB, and the units that bring a swap back at boot. */
export interface Swap {
  readonly devices: readonly { readonly name: string; readonly size: number }[];
  readonly units: readonly string[];
}

const UNITS = [
  'nvzramconfig',
  'zramswap',
  'zram-config',
  'dphys-swapfile',
  'rpi-swap',
  'armbian-zram-config',
];

const READ = `cat /proc/swaps
for unit; do
  for link in /etc/systemd/system/*.wants/"$unit.service"; do
    [ ! -L "$link" ] || { echo "unit $unit.service"; break; }
  done
done`;

/** The swap that is on, and the zram or swap file services that are enabled: `swapoff` alone does not last. */
export const swap: Fact<Swap | 'absent'> = {
  name: 'swap',
  ask: script(READ, ...UNITS),
  parse: (output) => {
    if (!/^Filename\s/.test(output)) return 'absent';
    return {
      devices: [...output.matchAll(/^(\/\S+)\s+(?:partition|file)\s+(\d{1,15})\s/gm)].map(
        ([, name = '', kib]) => ({ name, size: Math.round(Number(kib) / 1024) }),
      ),
      units: [...output.matchAll(/^unit (\S+)$/gm)].map(([, unit = '']) => unit),
    };
  },
};
