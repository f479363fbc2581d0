import { access, readFile, writeFile } from 'node:fs/promises';
import { release } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { execa } from 'execa';
import { LabProblem } from './lab-problem.ts';
import { step } from './progress.ts';

/** A program the lab calls, and Debian's package that has it. */
const programs: readonly (readonly [program: string, debianPackage: string])[] = [
  ['podman', 'podman'],
  ['runc', 'runc'],
  ['/usr/lib/podman/netavark', 'netavark'],
  ['iptables', 'iptables'],
  ['ip', 'iproute2'],
  ['nsenter', 'util-linux'],
  ['mkfs.ext4', 'e2fsprogs'],
  ['mmdebstrap', 'mmdebstrap'],
  ['ssh', 'openssh-client'],
];

const folders = () => [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];

const isThere = async (program: string) => {
  const places = isAbsolute(program) ? [program] : folders().map((folder) => join(folder, program));
  const found = await Promise.allSettled(places.map((place) => access(place)));
  return found.some(({ status }) => status === 'fulfilled');
};

const missingPackages = async (wanted = programs) => {
  const there = await Promise.all(wanted.map(([program]) => isThere(program)));
  return wanted.filter((_, index) => !there[index]).map(([, debianPackage]) => debianPackage);
};

const install = async (packages: readonly string[]) => {
  const options = ['-y', '-qq', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300'];
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const tried = () => execa('apt-get', ['install', ...options, ...packages], { env, reject: false });
  if ((await tried()).exitCode === 0) return;
  await execa('apt-get', ['update', '-qq'], { reject: false });
  const again = await tried();
  if (again.exitCode !== 0)
    throw new LabProblem(
      `the lab needs the packages ${packages.join(' ')}, and apt-get cannot install them: ${again.stderr}`,
    );
};

/** The kubelets, containerds and systemds of all nodes share these two limits of this machine's root user. */
const inotifyWanted = { max_user_instances: 8192, max_user_watches: 1048576 } as const;

/** Raises the kernel's inotify limits, in /proc's `folder`, where they are lower than a full lab needs. */
export const raiseInotify = async (folder = '/proc/sys/fs/inotify', write = writeFile) => {
  for (const [name, wanted] of Object.entries(inotifyWanted)) {
    const file = join(folder, name);
    const has = Number(await readFile(file, 'utf8'));
    if (has >= wanted) continue;
    await write(file, `${wanted}\n`).catch(() => {
      throw new LabProblem(
        `fs.inotify.${name} is ${has}, a lab's nodes need ${wanted} together, and this process may not raise it: ` +
          `run "sysctl -w fs.inotify.${name}=${wanted}" on the machine itself`,
      );
    });
  }
};

/** What k3s asks of the kernel: nodes may not load modules, so they are loaded here, where they are not built in. */
const modules = [
  'loop',
  'overlay',
  'br_netfilter',
  'vxlan',
  'nf_conntrack',
  'iptable_nat',
  'ip_set',
  'xt_comment',
];

const loadModules = async () => {
  if (!(await isThere(`/lib/modules/${release()}`))) return;
  await execa('modprobe', ['--all', '--quiet', ...modules], { reject: false });
};

/** Installs what a test calls: programs, each with Debian's package that has it. */
export const needPrograms = async (
  wanted: readonly (readonly [program: string, debianPackage: string])[],
) => {
  const missing = await missingPackages(wanted);
  if (missing.length > 0) await step(`installing ${missing.join(' ')}`, () => install(missing));
};

/** What makes the image of emulated boards, and what emulates them. */
const emulator = [
  ['qemu-system-aarch64', 'qemu-system-arm'],
  ['/usr/lib/binfmt.d/qemu-aarch64.conf', 'qemu-user-static'],
  ['fdtput', 'device-tree-compiler'],
  ['cpio', 'cpio'],
  ['depmod', 'kmod'],
] as const;

/** Makes this machine able to emulate boards too. */
export const needEmulator = () => needPrograms(emulator);

/** Makes this machine able to hold a lab, or says in one sentence what it lacks. */
export const preflight = async () => {
  if (process.platform !== 'linux')
    throw new LabProblem('the lab needs Linux: its nodes are containers that run systemd');
  const missing = await missingPackages();
  if (process.getuid?.() !== 0)
    throw new LabProblem(
      missing.length === 0
        ? 'the lab makes bridges and file systems, so it must run as root: use sudo'
        : `the lab must run as root (use sudo), and would then install the packages ${missing.join(' ')}`,
    );
  if (missing.length > 0) await step(`installing ${missing.join(' ')}`, () => install(missing));
  await Promise.all([raiseInotify(), loadModules()]);
};
