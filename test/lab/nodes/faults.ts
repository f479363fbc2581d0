import { execa } from 'execa';
import { LabProblem } from '../lab-problem.ts';
import { layout } from '../layout.ts';
import { containersOf, podman, tryPodman } from '../podman.ts';
import { until } from '../progress.ts';
import { awaitSsh } from './await-ssh.ts';
import { fillDisk, freeDisk } from './fill-disk.ts';

/** Where a fault strikes: a container node of a lab. */
type Place = { readonly lab: string; readonly node: string; readonly address: string };

const containerOf = ({ lab, node }: Place) => layout(lab).container(node);

const pidOf = async (place: Place) => {
  const listed = await containersOf(layout(place.lab).label);
  const found = listed.find(({ name }) => name === containerOf(place));
  if (found?.running) return found.pid;
  throw new LabProblem(`${place.node} has no power, so it has no link and no disk: power-on comes first`);
};

const powerOff = async (place: Place) => {
  const container = containerOf(place);
  await tryPodman(['kill', '--signal', 'KILL', container]);
  const dark = await until(
    20,
    async () => (await podman('wait', '--condition=exited', container)) || undefined,
  );
  if (dark === undefined) throw new LabProblem(`${container} survives SIGKILL`);
};

const powerOn = async (place: Place) => {
  await podman('start', containerOf(place));
  await awaitSsh({ name: place.node, address: place.address });
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

const onDisk = (work: typeof fillDisk) => async (place: Place) => {
  await pidOf(place);
  await work(place.lab, place.node, '/var/lib/rancher');
};

/** Every fault that a container node can have, and its healing. */
export const containerFaults = {
  'power-off': powerOff,
  'power-on': powerOn,
  'link-down': (place: Place) => setLink(place, 'down'),
  'link-up': (place: Place) => setLink(place, 'up'),
  'disk-full': onDisk(fillDisk),
  'disk-free': onDisk(freeDisk),
} as const;
