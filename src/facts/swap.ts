import { script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** What the machine swaps to, with its size in MiB, and the units that bring a swap back at boot. */
export interface Swap {
  readonly devices: readonly { readonly name: string; readonly size: number }[];
  readonly units: readonly string[];
}

const UNITS = ['nvzramconfig', 'zramswap', 'zram-config', 'dphys-swapfile', 'armbian-zram-config'];

// What a generator makes of a configuration at each boot, as zram-generator and Raspberry Pi's rpi-swap do, is enabled by no link, and
// stays away where it is masked. What it makes of /etc/fstab is the operator's.
const READ = `cat /proc/swaps
for unit; do
  for link in /etc/systemd/system/*.wants/"$unit.service"; do
    [ ! -L "$link" ] || { echo "unit $unit.service"; break; }
  done
done
for file in /run/systemd/generator*/*.swap; do
  [ -e "$file" ] && ! grep -q '^SourcePath=/etc/fstab' "$file" || continue
  [ "$(readlink "/etc/systemd/system/\${file##*/}")" = /dev/null ] || printf 'unit %s\\n' "\${file##*/}"
done`;

/** The swap that is on, and the units that bring one back at boot, services and generated ones (`dev-zram0.swap`): `swapoff` alone does not last. */
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
