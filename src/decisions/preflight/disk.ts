import { MOST_FSYNC } from '../../domain/election/eligibility.ts';
import type { Disk } from '../../facts/disks.ts';
import type { DISK } from '../../spec/checks/disk.ts';
import type { Found } from './questions.ts';
import { bad, fine, keepsEtcd, ofMachine, type Rule, type Rules, unknown } from './rule.ts';

/** MiB for the binary, what it unpacks, and the images of the system. */
const LEAST_DISK = 1024;
const LEAST_INODES = 20_000;
/** Tenths of its life after which an eMMC is worth a word. */
const WORN = 9;

/** File systems that containerd's overlay snapshotter or k3s itself does not work on. */
const UNFIT = [
  'overlay',
  'tmpfs',
  'ramfs',
  'vfat',
  'exfat',
  'ntfs',
  'fuseblk',
  'nfs',
  'nfs4',
  'cifs',
  'ecryptfs',
  'squashfs',
];

/** The disk that a partition lies on; undefined for a mapped or network device. */
const diskOf = ({ dataDisk, disks }: Found): Disk | undefined => {
  if (dataDisk === 'absent' || disks === 'absent') return undefined;
  return disks
    .filter(({ name }) => new RegExp(`^/dev/${name}(?:p?\\d+)?$`).test(dataDisk.device))
    .sort((a, b) => b.name.length - a.name.length)[0];
};

const lies = (kind: Disk['kind'], name: string): Rule =>
  ofMachine((found) => {
    const disk = diskOf(found);
    if (!disk) return unknown('the disk of /var/lib/rancher');
    return disk.kind === kind
      ? bad(`/var/lib/rancher lies on ${name}`)
      : fine(`/var/lib/rancher lies on ${disk.name}`);
  });

/** A rule about the mounted file system. */
const mounted =
  (judge: (disk: Exclude<Found['dataDisk'], 'absent'>) => ReturnType<Rule>): Rule =>
  ({ dataDisk }) =>
    dataDisk === 'absent' ? unknown('the file system of /var/lib/rancher') : judge(dataDisk);

/** The disk that takes everything of k3s. */
export const disk: Rules<keyof typeof DISK> = {
  DISK_FREE: ({ freeDisk: free }) => {
    if (free === 'absent') return bad('does not tell its free disk space');
    const message = `${free} MiB free for /var/lib/rancher`;
    return free >= LEAST_DISK ? fine(message) : bad(message);
  },

  DISK_INODES: mounted(({ freeInodes: free, mount }) => {
    if (free === undefined) return fine('the file system makes inodes as it needs them');
    return free >= LEAST_INODES ? fine(`${free} inodes free`) : bad(`${free} inodes free on ${mount}`);
  }),

  DISK_READ_ONLY: mounted(({ readOnly, mount }) =>
    readOnly ? bad(`${mount} is read-only`) : fine(`${mount} is writable`),
  ),

  DISK_NOEXEC: mounted(({ noExec, mount }) =>
    noExec ? bad(`${mount} is mounted noexec`) : fine(`programs run from ${mount}`),
  ),

  DISK_FILE_SYSTEM: mounted(({ type, mount }) =>
    UNFIT.includes(type) ? bad(`${mount} is ${type}`) : fine(`${mount} is ${type}`),
  ),

  DISK_EMMC: lies('emmc', 'eMMC'),
  DISK_SD: lies('sd', 'an SD card'),

  DISK_NVME: ofMachine((found) => {
    if (found.disks === 'absent') return unknown('its disks');
    const spare = found.disks.filter(({ kind }) => kind === 'nvme');
    const [nvme] = spare;
    const its = diskOf(found);
    if (!nvme) return fine('has no NVMe disk');
    return its && ['emmc', 'sd', 'usb', 'rotating'].includes(its.kind)
      ? bad(`${nvme.name} (${Math.round(nvme.size / 1024)} GiB) is not used for /var/lib/rancher`)
      : fine(`has ${nvme.name}`);
  }),

  DISK_WORN: ofMachine((found) => {
    const its = diskOf(found);
    if (its?.worn === undefined) return fine('the disk does not count its wear');
    const message = `${its.name} has used ${Math.min(100, its.worn * 10)} % of its life`;
    return its.worn >= WORN ? bad(message) : fine(message);
  }),

  DISK_FSYNC: ({ fsync, container }, { host }) => {
    if (fsync === 'absent') return unknown('how long an fsync takes');
    const message = `an fsync takes ${fsync.p99} ms (99th percentile of ${fsync.writes}, by ${fsync.by})`;
    if (container === 'yes') return fine(`${message} on the machine under this container`);
    return fsync.p99 <= MOST_FSYNC || !keepsEtcd(host) ? fine(message) : bad(message);
  },
};
