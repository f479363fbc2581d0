import { copyFile, mkdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { LabProblem } from '../lab-problem.ts';
import type { Layout } from '../layout.ts';
import { mac } from '../nodes/node.ts';
import { type Fitted, fittedOf } from './fitted.ts';
import { deviceTree, hardware, machine } from './hardware.ts';
import { armImage } from './image.ts';
import { machinesOf, socketOf } from './machine.ts';
import { models } from './models.ts';
import { type Board, writeInitrd } from './seed.ts';
import { plugIn, tapOf } from './tap.ts';

/** Bytes a second and operations a second of a worn card. */
export const SLOW_DISK = { bytes: 4 << 20, operations: 40 } as const;

/** QEMU's names for the board's disk and network port, by which faults reach them. */
export const DISK = 'disk';
export const PORT = 'port';

/** Makes a board out of the image, unless it is there: its kernel stays with its disk, which has the modules. */
const ensureParts = async (lab: Layout, board: Board) => {
  const folder = join(lab.folder, 'nodes', board.name);
  const parts = {
    kernel: join(folder, 'Image'),
    initrd: join(folder, 'initrd'),
    disk: join(folder, 'disk.raw'),
  };
  if (await stat(parts.disk).catch(() => undefined)) return parts;
  await mkdir(folder, { recursive: true });
  const image = await armImage();
  await copyFile(image.kernel, parts.kernel);
  await writeInitrd(parts.initrd, lab, board, image.initrd);
  // Last, because its presence says that the rest is done.
  await execa('cp', ['--sparse=always', '--reflink=auto', image.disk, `${parts.disk}.part`]);
  await rename(`${parts.disk}.part`, parts.disk);
  return parts;
};

const kernelLine = ({ model }: Board) =>
  [
    'console=ttyAMA0 quiet loglevel=3 net.ifnames=0 mitigations=off audit=0 systemd.show_status=0',
    ...(models[model].cgroup === 'v1'
      ? ['systemd.unified_cgroup_hierarchy=0 systemd.legacy_systemd_cgroup_controller=1']
      : []),
  ].join(' ');

const clock = ({ battery }: Fitted) => (battery ? 'base=utc' : 'base=1970-01-01T00:00:05,clock=vm');

const throttle = ({ slowDisk }: Fitted) =>
  slowDisk ? `,throttling.bps-total=${SLOW_DISK.bytes},throttling.iops-total=${SLOW_DISK.operations}` : '';

/** Switches a board on unless it is on; makes what is missing of it first. */
export const ensureBoard = async (lab: Layout, board: Board): Promise<void> => {
  if ((await machinesOf(lab)).has(board.name)) return;
  const folder = join(lab.folder, 'nodes', board.name);
  const { kernel, initrd, disk } = await ensureParts(lab, board);
  const [tree, fitted] = await Promise.all([
    deviceTree(folder, board.model, board.address),
    fittedOf(lab, board.name, board.model),
  ]);
  const words = [
    ...['-name', board.name, ...machine(), ...hardware, '-rtc', clock(fitted)],
    ...['-kernel', kernel, '-initrd', initrd, '-dtb', tree, '-append', kernelLine(board)],
    // The host's page cache outlives a board whose power is cut, so that nothing is gained by flushing it.
    ...['-drive', `if=none,id=${DISK},file=${disk},format=raw,cache=unsafe,discard=unmap${throttle(fitted)}`],
    ...['-device', `virtio-blk-device,drive=${DISK},id=${DISK}-device`, '-device', 'virtio-rng-device'],
    ...['-netdev', `tap,id=cable,ifname=${tapOf(board.address)},script=no,downscript=no`],
    ...['-device', `virtio-net-device,netdev=cable,id=${PORT},mac=${mac(board.address)}`],
    ...['-serial', `file:${join(folder, 'console.log')}`],
    ...['-qmp', `unix:${socketOf(lab, board.name)},server=on,wait=off`, '-daemonize'],
  ];
  const started = await execa('qemu-system-aarch64', words, { reject: false, stdin: 'ignore' });
  if (started.exitCode !== 0) throw new LabProblem(`QEMU does not start ${board.name}: ${started.stderr}`);
  await plugIn(lab.network, board.address);
};
