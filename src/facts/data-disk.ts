import { script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** The file system that holds, or will hold, everything of k3s. */
export interface DataDisk {
  /** `/dev/nvme0n1p1` */
  readonly device: string;
  /** `ext4` */
  readonly type: string;
  /** Where it is mounted. */
  readonly mount: string;
  readonly readOnly: boolean;
  readonly noExec: boolean;
  /** Free inodes; absent where the file system makes them as it needs them. */
  readonly freeInodes?: number;
}

// Before k3s is there, its folder is not: then the file system that would take it counts.
const READ = `dir=$1
while [ ! -d "$dir" ]; do dir=$(dirname "$dir"); done
findmnt -n -r -o SOURCE,FSTYPE,TARGET,OPTIONS -T "$dir" | tail -n 1
df -P -i "$dir" | tail -n 1`;

/** The file system of k3s's data: what it is and how it is mounted. */
export const dataDisk: Fact<DataDisk | 'absent'> = {
  name: 'data-disk',
  ask: script(READ, '/var/lib/rancher'),
  parse: (output) => {
    const [mount = '', inodes = ''] = output.split('\n');
    const [, device, type = '', target = '', options = ''] = /^(\S+) (\S+) (\/\S*) (\S+)$/.exec(mount) ?? [];
    if (device === undefined) return 'absent';
    const words = options.split(',');
    const [, all, free] = /^\S.*?\s(\d{1,15})\s+\d+\s+(\d{1,15})\s+(?:\d+%|-)\s+\//.exec(inodes) ?? [];
    return {
      device,
      type,
      mount: target,
      readOnly: words.includes('ro'),
      noExec: words.includes('noexec'),
      ...(free === undefined || all === '0' ? {} : { freeInodes: Number(free) }),
    };
  },
};
