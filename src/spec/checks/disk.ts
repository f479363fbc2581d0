import type { CheckLine } from '../check-form.ts';

/** Checks of the disk below `/var/lib/rancher`. */
export const DISK = {
  DISK_FREE: {
    severity: 'error',
    means: 'There is room for k3s, what it unpacks and the images of the system.',
    hint: 'k3s needs 1024 MiB there',
  },
  DISK_INODES: {
    severity: 'error',
    means: 'There are 20000 free inodes: images hold many small files.',
    hint: 'make the file system with more inodes (mkfs.ext4 -i), or remove many small files from it',
  },
  DISK_READ_ONLY: {
    severity: 'error',
    means: 'The file system is mounted for writing.',
    hint: 'an ext4 that is read-only by itself has met an error: look at `dmesg`; an overlay root has to be switched off',
  },
  DISK_NOEXEC: {
    severity: 'error',
    means: 'Programs may run from the file system.',
    hint: 'k3s runs its programs from /var/lib/rancher: mount it without noexec',
  },
  DISK_FILE_SYSTEM: {
    severity: 'error',
    means: 'The file system is one that images can be unpacked on.',
    hint: 'put /var/lib/rancher on ext4 or xfs',
  },
  DISK_EMMC: {
    severity: 'warning',
    means: "k3s's data does not lie on eMMC.",
    hint: 'eMMC makes writes last in tens of ms and wears out: put /var/lib/rancher on an NVMe disk if the board takes one',
  },
  DISK_SD: {
    severity: 'warning',
    means: "k3s's data does not lie on an SD card.",
    hint: 'SD cards are documented as unfit for etcd and wear out: boot from another disk, or keep this board a worker',
  },
  DISK_NVME: {
    severity: 'warning',
    means: 'An NVMe disk that is there is used.',
    hint: 'make a file system on it and mount it at /var/lib/rancher, by UUID in /etc/fstab',
  },
  DISK_WORN: {
    severity: 'warning',
    means: 'The eMMC has used up less than 80 % of its life.',
    hint: 'replace the module, or put /var/lib/rancher on another disk, before it becomes read-only',
  },
  DISK_FSYNC: {
    severity: 'warning',
    means: 'The 99th percentile of an fsync is at most 10 ms, which etcd needs.',
    hint: 'it is not elected a master, unless this is waived; as a worker it is all right',
  },
} as const satisfies Readonly<Record<string, CheckLine>>;
