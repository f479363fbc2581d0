import { mkdir } from 'node:fs/promises';
import { armImage } from './arm/image.ts';
import { modelOf } from './arm/models.ts';
import { isBoard, switchOn } from './arm/switch-on.ts';
import { writeClusterFiles } from './cluster-file.ts';
import { inParallel } from './in-parallel.ts';
import { LabProblem } from './lab-problem.ts';
import { type Layout, layout } from './layout.ts';
import { withLock } from './lock.ts';
import { awaitSsh } from './nodes/await-ssh.ts';
import { nodeImage } from './nodes/image.ts';
import { operatorKeys } from './nodes/keys.ts';
import { boardAddress, createNetwork, guardAddresses, nodeAddress } from './nodes/network.ts';
import { ensureNode, type Node } from './nodes/node.ts';
import { containersOf } from './podman.ts';
import { needEmulator, preflight } from './preflight.ts';
import { step } from './progress.ts';
import { labBundle } from './release/bundle.ts';
import { k3sRelease, type Release } from './release/folder.ts';
import { ensureServer } from './release/server-process.ts';
import { removeLab } from './remove.ts';
import { type LabState, readState, writeState } from './state.ts';
import { type LabSummary, summary } from './summary.ts';

/** What a lab is to be; a lab that exists keeps its boards when none are asked for. */
export type LabWish = {
  readonly name: string;
  /** How many boards stand beside the control node; 4 for a new lab. */
  readonly boards?: number | undefined;
  /** How many emulated ARM64 boards stand beside those; none for a new lab. */
  readonly arm?: number | undefined;
  /** Whether a server offers k3s to the nodes; true unless said otherwise. */
  readonly k3s?: boolean | undefined;
};

const mostBoards = 200;
/** More than two or three at once make a small machine too slow for the clocks of a cluster. */
const mostArm = 8;

const plannedNodes = (gateway: string, boards: number, arm: number): readonly Node[] => [
  ...['control', ...Array.from({ length: boards }, (_, index) => `board-${index + 1}`)].map(
    (name, index) => ({
      name,
      address: nodeAddress(gateway, index),
    }),
  ),
  ...Array.from({ length: arm }, (_, index) => ({
    name: `arm-${index + 1}`,
    address: boardAddress(gateway, index),
    model: modelOf(index),
  })),
];

/** The lab as it shall be: what it was before, with more boards when more are asked for. */
const plan = async (lab: Layout, { boards, arm }: LabWish): Promise<LabState> => {
  const before = await readState(lab);
  if (before === undefined) {
    // An `up` killed very early, or a folder removed by hand, leaves parts without a state.
    await removeLab(lab);
    await mkdir(lab.folder, { recursive: true });
    const gateway = await createNetwork(lab);
    return { gateway, nodes: plannedNodes(gateway, boards ?? 4, arm ?? 0) };
  }
  const emulated = before.nodes.filter(isBoard).length;
  const has = { boards: before.nodes.length - 1 - emulated, arm: emulated };
  const wanted = { boards: boards ?? has.boards, arm: arm ?? has.arm };
  if (wanted.boards < has.boards || wanted.arm < has.arm)
    throw new LabProblem(
      `lab ${lab.name} has ${has.boards} boards and ${has.arm} emulated ones and gives none back: take it down first, or name another`,
    );
  return { ...before, nodes: plannedNodes(before.gateway, wanted.boards, wanted.arm) };
};

const raiseContainers = async (lab: Layout, { gateway, nodes }: LabState, image: string) => {
  const [authorizedKeys, containers] = await Promise.all([
    operatorKeys(lab.folder, lab.name),
    containersOf(lab.label),
  ]);
  const existing = new Map(containers.map((container) => [container.name, container]));
  const material = { gateway, image, authorizedKeys };
  // Two at a time: more of podman at once is slower on a small machine, and no faster on a big one.
  const containerNodes = nodes.filter((node) => !isBoard(node));
  await inParallel(2, containerNodes, (node) =>
    ensureNode(lab, node, existing.get(lab.container(node.name)), material),
  );
  await Promise.all(containerNodes.map((node) => awaitSsh(node)));
};

const offerRelease = async (lab: Layout, state: LabState, release: Release): Promise<LabState> => {
  const wish = { address: state.gateway, port: state.release?.port ?? 0, release };
  return { ...state, release: { ...release, port: await ensureServer(lab, wish) } };
};

const isWithin = (count: number | undefined, most: number) =>
  count === undefined || (Number.isInteger(count) && count >= 0 && count <= most);

/** Brings a lab up, or what is missing of it: run again it changes nothing and says the same. */
export const labUp = async (wish: LabWish): Promise<LabSummary> => {
  const { name, boards, arm, k3s = true } = wish;
  const lab = layout(name);
  if (!isWithin(boards, mostBoards)) throw new LabProblem(`a lab has 0 to ${mostBoards} boards`);
  if (!isWithin(arm, mostArm)) throw new LabProblem(`a lab has 0 to ${mostArm} emulated boards`);
  await preflight();
  const withArm = (arm ?? 0) > 0 || ((await readState(lab))?.nodes.some(isBoard) ?? false);
  if (withArm) await needEmulator();
  const [image, release] = await Promise.all([
    nodeImage(),
    k3s ? k3sRelease(undefined, withArm) : undefined,
    withArm ? armImage() : undefined,
  ]);
  return withLock(lab.lock, 600, async () => {
    const planned = await plan(lab, wish);
    await writeState(lab, planned);
    await guardAddresses(planned.gateway);
    await step(`lab ${name}: ${planned.nodes.length} nodes`, async () => {
      await raiseContainers(lab, planned, image);
      // Behind the containers, because the lab's bridge is there when one of them is.
      await inParallel(2, planned.nodes.filter(isBoard), (node) => switchOn(lab, planned, node));
    });
    const state = release === undefined ? planned : await offerRelease(lab, planned, release);
    await writeState(lab, state);
    await writeClusterFiles(lab, state, release && (await labBundle(lab, release)));
    return summary(lab, state);
  });
};
