import type { CheckLine } from '../check-form.ts';

/** Checks of the operating system, its clock and who the machine says it is. */
export const SYSTEM = {
  SUDO: {
    severity: 'error',
    means: 'Commands run as root.',
    hint: 'give the SSH user sudo, and its password as EDGECTL_SUDO_PASSWORD if it needs one',
  },
  SYSTEMD: {
    severity: 'error',
    means: 'Process 1 is systemd.',
    hint: 'edgectl runs k3s as a systemd unit: install an image with systemd',
  },
  OS_RELEASE: {
    severity: 'warning',
    means: 'The distribution is one that edgectl is made for.',
    hint: 'Debian 11 or later, Ubuntu 18.04 or later, and the images of NVIDIA and Raspberry Pi made from them are what edgectl has cases for',
  },
  KERNEL: {
    severity: 'error',
    means: 'The kernel is 4.9 or later.',
    hint: 'install a newer image: containers need a kernel of 4.9 or later; a board whose last kernel is older, such as a Jetson TK1, cannot join',
  },
  KERNEL_AGE: {
    severity: 'warning',
    means: 'The kernel is 4.19 or later, which upstream Kubernetes is tested with.',
    hint: 'k3s runs on it, upstream does not test it: keep the k3s version once it works',
  },
  TOOLS: {
    severity: 'error',
    means: 'The machine has the programs that edgectl and k3s call.',
    hint: 'install them (Debian and Ubuntu: iproute2, iptables, kmod, mount, util-linux, coreutils)',
  },
  ROOT_READ_ONLY: {
    severity: 'error',
    means: 'The system lies on file systems that are mounted for writing.',
    hint: 'edgectl writes to /etc, /usr/local and /var/lib: mount the root file system for writing in /etc/fstab; one that is read-only by itself has met an error, see `dmesg`',
  },
  ROOT_VOLATILE: {
    severity: 'warning',
    means: 'What is written to the system outlives a reboot.',
    hint: 'a node that forgets itself cannot join again by itself: switch the overlay off (`sudo raspi-config nonint disable_overlayfs`, or overlayroot="" in /etc/overlayroot.conf), then reboot; waive this where the upper layer lies on a disk',
  },
  SHARED_MOUNTS: {
    severity: 'warning',
    means: 'The root mount is shared, so that mounts reach pods.',
    hint: 'run `sudo mount --make-rshared /`; systemd does so at boot',
  },
  APPARMOR: {
    severity: 'warning',
    means: 'Where the kernel enforces AppArmor there is apparmor_parser to load profiles.',
    hint: 'install the package apparmor: without the parser containerd cannot start pods',
  },
  SELINUX: {
    severity: 'warning',
    means: 'SELinux does not enforce.',
    hint: 'install k3s-selinux and set k3s.server.selinux and k3s.agent.selinux, or set SELinux to permissive',
  },
  OPEN_FILES: {
    severity: 'warning',
    means: 'The kernel allows the open files and inotify watches of a node.',
    hint: 'init raises the watches; raise fs.nr_open to 1048576 and kernel.pid_max to 32768 by a file in /etc/sysctl.d',
  },
  REBOOT_PENDING: {
    severity: 'warning',
    means: 'No installed kernel or library waits for a reboot.',
    hint: 'reboot it before it becomes a node: modules of a kernel that is gone cannot be loaded',
  },
  TIME_ZONE: {
    severity: 'warning',
    means: 'All hosts have the same time zone.',
    hint: 'run `sudo timedatectl set-timezone` with one zone on all hosts, or cron jobs and logs disagree',
  },
  CLOCK: {
    severity: 'error',
    means: "The clock goes with the control node's, or init may set it.",
    hint: 'set its clock: certificates are refused before their time',
  },
  CLOCK_BATTERY: {
    severity: 'warning',
    means: 'A clock with a battery keeps the time over a power cut.',
    hint: 'after a power cut the clock is wrong until the network tells the time: give the board a battery, or leave time.from: control',
  },
  CLOCK_EPOCH: {
    severity: 'warning',
    means: 'systemd takes the present time for plausible.',
    hint: 'systemd sets a clock back that is 15 years past its own build: run `sudo touch /usr/lib/clock-epoch`, or install a newer image',
  },
  TIME_SYNC: {
    severity: 'warning',
    means: 'At most one service sets the clock.',
    hint: 'two of them pull the clock to and fro: disable all but one',
  },
  MACHINE_ID: {
    severity: 'error',
    means: 'The machine has a machine-id.',
    hint: 'run `sudo systemd-machine-id-setup` on it',
  },
  HOSTNAME: {
    severity: 'warning',
    means: 'The hostname is not the one that images come with, unless the cluster file names the host.',
    hint: 'give it a name: in the cluster file, so that another board of the same image can join later',
  },
  SSH_KEYS_UNIQUE: {
    severity: 'warning',
    means: 'No two hosts have the same SSH host key.',
    hint: 'one image was copied with its keys: run `sudo rm /etc/ssh/ssh_host_*; sudo dpkg-reconfigure openssh-server` on all but one',
  },
} as const satisfies Readonly<Record<string, CheckLine>>;
