import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelName } from '../arm/models.ts';
import type { Layout } from '../layout.ts';
import { type Container, podman, tryPodman } from '../podman.ts';
import { ensureDisk } from './disk.ts';
import { nodeHostKeys } from './keys.ts';

/** A machine of a lab: its name is its host name. One with a model is an emulated board, any other a container. */
export type Node = { readonly name: string; readonly address: string; readonly model?: ModelName };

/** The MAC of a node: a re-made one with an old address and a new MAC would be silent until the neighbour entry has gone. */
export const mac = (address: string) =>
  ['02', '00', ...address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))].join(':');

/** Where root may not raise limits a node gets what this process has; podman itself keeps to the kernel's pid_max. */
const limits = async () => {
  const lines = await readFile('/proc/self/limits', 'utf8');
  const pidMax = Number(await readFile('/proc/sys/kernel/pid_max', 'utf8'));
  const capped = (row: string, most: number) => {
    const hard = Number(new RegExp(`^${row} +\\S+ +(\\d+)`, 'm').exec(lines)?.[1] ?? most);
    return `${Math.min(hard, most)}:${Math.min(hard, most)}`;
  };
  return [
    ...['--ulimit', `nofile=${capped('Max open files', 1048576)}`],
    ...['--ulimit', `nproc=${capped('Max processes', pidMax)}`],
    '--pids-limit=-1',
  ];
};

/**
 * What `--privileged` gives, without the two powers that would reach this machine itself: podman ignores
 * `--cap-drop` beside `--privileged`, and `date` in one node would then move every clock on this machine.
 */
const powers = [
  '--cap-add=ALL',
  '--cap-drop=CAP_SYS_TIME,CAP_SYS_MODULE',
  '--security-opt=seccomp=unconfined',
  '--security-opt=apparmor=unconfined',
  '--security-opt=label=disable',
  '--security-opt=unmask=ALL',
  '--device-cgroup-rule=a *:* rwm',
  '--device=/dev/kmsg',
];

/** With them in sight, modprobe in a node succeeds for what this machine has loaded. */
const kernelModules = () =>
  access('/lib/modules').then(
    () => ['--volume', '/lib/modules:/lib/modules:ro'],
    () => [],
  );

const runArguments = async (lab: Layout, node: Node, gateway: string, image: string) => [
  ...['run', '--detach', '--name', lab.container(node.name), '--hostname', node.name],
  ...[
    '--label',
    lab.label,
    '--network',
    lab.network,
    '--ip',
    node.address,
    '--mac-address',
    mac(node.address),
  ],
  ...[
    '--dns',
    gateway,
    '--dns-option',
    'attempts:1',
    '--systemd=always',
    '--cgroupns=private',
    '--log-driver=none',
    ...powers,
  ],
  ...(await limits()),
  ...(await kernelModules()),
  // The overlay file system of containerd does not nest on a node's own: both folders need a real one below them.
  ...['--volume', `${lab.volume(node.name)}:/var/lib/rancher`, '--volume', '/var/lib/kubelet'],
  ...['--volume', `${lab.seed(node.name)}:/mnt/lab-seed:ro`, image, '/sbin/init'],
];

const ensureVolume = async (lab: Layout, node: string) => {
  const volume = lab.volume(node);
  if ((await tryPodman(['volume', 'exists', volume])).exitCode === 0) return;
  const device = ['--opt', 'type=ext4', '--opt', `device=${lab.disk(node)}`, '--opt', 'o=loop,noinit_itable'];
  await podman('volume', 'create', '--label', lab.label, ...device, volume);
};

/** What a node is made of besides its own name and address. */
export type Material = { readonly gateway: string; readonly image: string; readonly authorizedKeys: string };

/** Makes the node if it is not there, starts it if it does not run; gives whether there was anything to do. */
export const ensureNode = async (
  lab: Layout,
  node: Node,
  existing: Container | undefined,
  material: Material,
): Promise<boolean> => {
  if (existing?.running) return false;
  if (existing !== undefined) {
    await podman('start', existing.name);
    return true;
  }
  const seed = lab.seed(node.name);
  await Promise.all([ensureDisk(lab.disk(node.name)), nodeHostKeys(seed, node.name)]);
  await writeFile(join(seed, 'authorized_keys'), material.authorizedKeys);
  await ensureVolume(lab, node.name);
  await podman('--runtime', 'runc', ...(await runArguments(lab, node, material.gateway, material.image)));
  return true;
};
