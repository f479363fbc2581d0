import { execa } from 'execa';
import { execOn, scriptOn } from './exec-on.ts';
import { LabProblem } from './lab-problem.ts';
import { layout } from './layout.ts';
import { withLock } from './lock.ts';
import { awaitSsh } from './nodes/await-ssh.ts';
import { containersOf, podman, tryPodman } from './podman.ts';
import { until } from './progress.ts';
import { labNode } from './status.ts';

/** Where a fault strikes. */
type Place = {
  readonly lab: string;
  readonly node: string;
  readonly container: string;
  readonly address: string;
};

const pidOf = async ({ lab, node, container }: Place) => {
  const found = (await containersOf(layout(lab).label)).find(({ name }) => name === container);
  if (found?.running) return found.pid;
  throw new LabProblem(`${node} has no power, so it has no link and no disk: power-on comes first`);
};

const powerOff = async ({ container }: Place) => {
  await tryPodman(['kill', '--signal', 'KILL', container]);
  const dark = await until(
    20,
    async () => (await podman('wait', '--condition=exited', container)) || undefined,
  );
  if (dark === undefined) throw new LabProblem(`${container} survives SIGKILL`);
};

const powerOn = async ({ container, node, address }: Place) => {
  await podman('start', container);
  await awaitSsh({ name: node, address });
};

/** Sets the host's end of the node's cable: the node itself keeps its address and sees no carrier. */
const setLink = async (place: Place, state: 'up' | 'down') => {
  const parts = ['--target', `${await pidOf(place)}`, '--net', 'ip', '-json', 'link', 'show', 'dev', 'eth0'];
  const [inside] = JSON.parse((await execa('nsenter', parts)).stdout) as [{ link_index: number }];
  const links = JSON.parse((await execa('ip', ['-json', 'link'])).stdout) as {
    ifindex: number;
    ifname: string;
  }[];
  const outside = links.find(({ ifindex }) => ifindex === inside.link_index);
  if (outside === undefined) throw new LabProblem(`the cable of ${place.node} has no end on this machine`);
  await execa('ip', ['link', 'set', outside.ifname, state]);
};

const fill = '/var/lib/rancher/.lab-fill';

const diskFull = async (place: Place) => {
  await pidOf(place);
  // fallocate takes nearly all at once, whatever it leaves over is written full.
  const most = `fallocate -l "$(df --output=avail -B1 /var/lib/rancher | tail -n 1)" ${fill}`;
  await execOn(place.lab, place.node, [
    'sh',
    '-c',
    `${most} || fallocate -l 99% ${fill}; cat /dev/zero >> ${fill}.rest`,
  ]);
};

const diskFree = async (place: Place) => {
  await pidOf(place);
  await scriptOn(place.lab, place.node, `rm -f ${fill} ${fill}.rest`);
};

const faults = {
  'power-off': powerOff,
  'power-on': powerOn,
  'link-down': (place: Place) => setLink(place, 'down'),
  'link-up': (place: Place) => setLink(place, 'up'),
  'disk-full': diskFull,
  'disk-free': diskFree,
} as const;

/** A fault that a container node can have, or its healing. */
type Fault = keyof typeof faults;

/** Every fault and healing of a container node. */
export const faultKinds = Object.keys(faults) as readonly Fault[];

const onBoardsOnly = ['clock', 'swap', 'reboot', 'slow-disk', 'modules', 'cgroup'];

const faultOf = (kind: string): Fault => {
  const known = faultKinds.find((it) => it === kind);
  if (known !== undefined) return known;
  throw new LabProblem(
    onBoardsOnly.includes(kind)
      ? `${kind} cannot be shown on a container node, which shares this machine's kernel: QEMU boards show it`
      : `${kind} is no fault of the lab: it knows ${faultKinds.join(', ')}`,
  );
};

/** Strikes a node with a fault, or heals it, and returns when that is so; twice is the same as once. */
export const fault = async (lab: string, node: string, kind: string): Promise<void> => {
  const work = faults[faultOf(kind)];
  const { container, address } = await labNode(lab, node);
  await withLock(`${layout(lab).lock}.${node}`, 120, () => work({ lab, node, container, address }));
};
