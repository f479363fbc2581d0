import { LabProblem } from '../lab-problem.ts';
import type { Layout } from '../layout.ts';
import { awaitSsh } from '../nodes/await-ssh.ts';
import { fillDisk, freeDisk } from '../nodes/fill-disk.ts';
import { readState } from '../state.ts';
import { DISK, PORT, SLOW_DISK } from './board.ts';
import { refit } from './fitted.ts';
import { cutPower, machinesOf, socketOf } from './machine.ts';
import { qmp } from './qmp.ts';
import { type BoardNode, isBoard, switchOn } from './switch-on.ts';

/** Where a fault strikes: an emulated board of a lab. */
type Place = { readonly lab: Layout; readonly node: string };

const isOn = async ({ lab, node }: Place) => (await machinesOf(lab)).has(node);

const needsPower = async (place: Place) => {
  if (!(await isOn(place)))
    throw new LabProblem(`${place.node} has no power, so it has no link and no disk: power-on comes first`);
};

const boardOf = async ({ lab, node }: Place) => {
  const state = await readState(lab);
  const board = state?.nodes.find((it): it is BoardNode => it.name === node && isBoard(it));
  if (state === undefined || board === undefined) throw new LabProblem(`${node} is no emulated board`);
  return { state, board };
};

const powerOn = async (place: Place) => {
  const { state, board } = await boardOf(place);
  await switchOn(place.lab, state, board);
};

const reset = async (place: Place) => {
  await needsPower(place);
  await qmp(socketOf(place.lab, place.node), { execute: 'system_reset' });
  await awaitSsh((await boardOf(place)).board, 240);
};

const setLink = async (place: Place, up: boolean) => {
  await needsPower(place);
  await qmp(socketOf(place.lab, place.node), { execute: 'set_link', arguments: { name: PORT, up } });
  // The board itself takes a moment to see that its cable is in.
  if (up) await awaitSsh((await boardOf(place)).board);
};

const setDisk = async (place: Place, slowDisk: boolean) => {
  await refit(place.lab, place.node, { slowDisk });
  if (!(await isOn(place))) return;
  const { bytes, operations } = slowDisk ? SLOW_DISK : { bytes: 0, operations: 0 };
  const ways = { bps_rd: 0, bps_wr: 0, iops_rd: 0, iops_wr: 0 };
  await qmp(socketOf(place.lab, place.node), {
    execute: 'block_set_io_throttle',
    arguments: { id: `${DISK}-device`, bps: bytes, iops: operations, ...ways },
  });
};

// Beside the folder that k3s makes on the same file system.
const FILLED = '/var/lib';

/** Every fault of an emulated board, and its healing. What is fitted, disk and battery, stays so until it is changed. */
export const boardFaults = {
  'power-off': ({ lab, node }: Place) => cutPower(lab, [node]),
  'power-on': powerOn,
  reset,
  'link-down': (place: Place) => setLink(place, false),
  'link-up': (place: Place) => setLink(place, true),
  'disk-full': ({ lab, node }: Place) => fillDisk(lab.name, node, FILLED),
  'disk-free': ({ lab, node }: Place) => freeDisk(lab.name, node, FILLED),
  'slow-disk': (place: Place) => setDisk(place, true),
  'fast-disk': (place: Place) => setDisk(place, false),
  // From the next start on: a clock without a battery runs as long as it has power.
  'battery-out': ({ lab, node }: Place) => refit(lab, node, { battery: false }),
  'battery-in': ({ lab, node }: Place) => refit(lab, node, { battery: true }),
} as const;
