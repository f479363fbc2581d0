import { machinesOf } from './arm/machine.ts';
import { LabProblem } from './lab-problem.ts';
import { layout } from './layout.ts';
import { containersOf } from './podman.ts';
import { readState } from './state.ts';
import { type LabNode, summary } from './summary.ts';

/** A lab and which of its nodes have power. */
export type LabStatus = {
  readonly name: string;
  readonly file: string;
  readonly nodes: readonly (LabNode & { readonly running: boolean })[];
};

/** Reads how a lab is; a LabProblem when there is none of this name. */
export const labStatus = async (name: string): Promise<LabStatus> => {
  const lab = layout(name);
  const state = await readState(lab);
  if (state === undefined)
    throw new LabProblem(`there is no lab ${name}: "npm run lab -- up --name ${name}" makes it`);
  const [containers, machines] = await Promise.all([containersOf(lab.label), machinesOf(lab)]);
  const running = new Set(containers.filter((it) => it.running).map((it) => it.name));
  const { nodes, ...rest } = summary(lab, state);
  return {
    ...rest,
    nodes: nodes.map((node) => ({
      ...node,
      running: node.container === undefined ? machines.has(node.name) : running.has(node.container),
    })),
  };
};

/** One node of a lab; a LabProblem that names the others when there is none of this name. */
export const labNode = async (
  lab: string,
  name: string,
): Promise<LabNode & { readonly running: boolean }> => {
  const { nodes } = await labStatus(lab);
  const node = nodes.find((it) => it.name === name);
  if (node !== undefined) return node;
  throw new LabProblem(`lab ${lab} has no node ${name}: it has ${nodes.map((it) => it.name).join(', ')}`);
};
