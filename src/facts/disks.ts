import { script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** A disk of the machine. */
export interface Disk {
  /** `mmcblk0` */
  readonly name: string;
  readonly kind: 'nvme' | 'emmc' | 'sd' | 'usb' | 'rotating' | 'other';
  /** MiB. */
  readonly size: number;
  /** Tenths of its life that an eMMC has used up, 11 when all; absent where it does not say. */
  readonly worn?: number;
}

const READ = `for path in /sys/block/*; do
  name=\${path##*/}
  case $name in loop*|ram*|zram*|dm-*|sr*|md*|nbd*|mtdblock*|*boot[0-9]|*rpmb) continue;; esac
  read -r size < "$path/size"
  [ "$size" != 0 ] || continue
  read -r turns < "$path/queue/rotational"
  type=- life=-
  { read -r type < "$path/device/type"; } 2>/dev/null
  { read -r life < "$path/device/life_time"; } 2>/dev/null
  case $(readlink "$path") in */usb*) type=USB;; esac
  echo "disk $name $size $turns $type $life"
done
echo end`;

const kindOf = (name: string, turns: string, type: string): Disk['kind'] => {
  if (name.startsWith('nvme')) return 'nvme';
  if (name.startsWith('mmcblk')) return type === 'SD' ? 'sd' : 'emmc';
  if (type === 'USB') return 'usb';
  // What a hypervisor shows says nothing about the disk behind it.
  return turns === '1' && name.startsWith('sd') ? 'rotating' : 'other';
};

/** The machine's disks, partitions and pseudo disks left out. */
export const disks: Fact<readonly Disk[] | 'absent'> = {
  name: 'disks',
  ask: script(READ),
  parse: (output) => {
    if (!/^end$/m.test(output)) return 'absent';
    const lines = output.matchAll(/^disk (\S+) (\d{1,15}) ([01]) (\S+) (\S+)(?: 0x([\da-f]{2}))?$/gm);
    return [...lines].map(([, name = '', sectors, turns = '', type = '', one = '', two]) => {
      const worn = Math.max(
        Number.parseInt(/^0x([\da-f]{2})$/.exec(one)?.[1] ?? '0', 16),
        Number.parseInt(two ?? '0', 16),
      );
      return {
        name,
        kind: kindOf(name, turns, type),
        size: Math.floor(Number(sectors) / 2048),
        ...(worn > 0 ? { worn } : {}),
      };
    });
  },
};
