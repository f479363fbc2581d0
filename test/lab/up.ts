import { mkdir } from 'node:fs/promises';
import { writeClusterFiles } from './cluster-file.ts';
import { inParallel } from './in-parallel.ts';
import { LabProblem } from './lab-problem.ts';
import { type Layout, layout } from './layout.ts';
import { withLock } from './lock.ts';
import { awaitSsh } from './nodes/await-ssh.ts';
import { nodeImage } from './nodes/image.ts';
import { operatorKeys } from './nodes/keys.ts';
import { createNetwork, guardAddresses, nodeAddress } from './nodes/network.ts';
import { ensureNode } from './nodes/node.ts';
import { containersOf } from './podman.ts';
import { preflight } from './preflight.ts';
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
  /** Whether a server offers k3s to the nodes; true unless said otherwise. */
  readonly k3s?: boolean | undefined;
};

const mostBoards = 200;

const plannedNodes = (gateway: string, boards: number) =>
  ['control', ...Array.from({ length: boards }, (_, index) => `board-${index + 1}`)].map((name, index) => ({
    name,
    address: nodeAddress(gateway, index),
  }));

/** The lab as it shall be: what it was before, with more boards when more are asked for. */
const plan = async (lab: Layout, boards: number | undefined): Promise<LabState> => {
  const before = await readState(lab);
  if (before === undefined) {
    // An `up` killed very early, or a folder removed by hand, leaves parts without a state.
    await removeLab(lab);
    await mkdir(lab.folder, { recursive: true });
    const gateway = await createNetwork(lab);
    return { gateway, nodes: plannedNodes(gateway, boards ?? 4) };
  }
  const has = before.nodes.length - 1;
  if (boards !== undefined && boards < has)
    throw new LabProblem(
      `lab ${lab.name} has ${has} boards and gives none back: take it down first, or name another`,
    );
  return { ...before, nodes: plannedNodes(before.gateway, boards ?? has) };
};

const raiseNodes = async (lab: Layout, { gateway, nodes }: LabState, image: string) => {
  const [authorizedKeys, containers] = await Promise.all([
    operatorKeys(lab.folder, lab.name),
    containersOf(lab.label),
  ]);
  const existing = new Map(containers.map((container) => [container.name, container]));
  const material = { gateway, image, authorizedKeys };
  // Two at a time: more of podman at once is slower on a small machine, and no faster on a big one.
  await inParallel(2, nodes, (node) =>
    ensureNode(lab, node, existing.get(lab.container(node.name)), material),
  );
};

const offerRelease = async (lab: Layout, state: LabState, release: Release): Promise<LabState> => {
  const wish = { address: state.gateway, port: state.release?.port ?? 0, release };
  return { ...state, release: { ...release, port: await ensureServer(lab, wish) } };
};

/** Brings a lab up, or what is missing of it: run again it changes nothing and says the same. */
export const labUp = async ({ name, boards, k3s = true }: LabWish): Promise<LabSummary> => {
  const lab = layout(name);
  if (boards !== undefined && !(Number.isInteger(boards) && boards >= 0 && boards <= mostBoards))
    throw new LabProblem(`a lab has 0 to ${mostBoards} boards`);
  await preflight();
  const [image, release] = await Promise.all([nodeImage(), k3s ? k3sRelease() : undefined]);
  return withLock(lab.lock, 600, async () => {
    const planned = await plan(lab, boards);
    await writeState(lab, planned);
    await guardAddresses(planned.gateway);
    await step(`lab ${name}: ${planned.nodes.length} nodes`, async () => {
      await raiseNodes(lab, planned, image);
      await Promise.all(planned.nodes.map(awaitSsh));
    });
    const state = release === undefined ? planned : await offerRelease(lab, planned, release);
    await writeState(lab, state);
    await writeClusterFiles(lab, state, release && (await labBundle(lab, release)));
    return summary(lab, state);
  });
};
