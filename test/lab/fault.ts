import { boardFaults } from './arm/faults.ts';
import { LabProblem } from './lab-problem.ts';
import { layout } from './layout.ts';
import { withLock } from './lock.ts';
import { containerFaults } from './nodes/faults.ts';
import { labNode } from './status.ts';

const has = <Faults extends object>(faults: Faults, kind: string): kind is keyof Faults & string =>
  Object.hasOwn(faults, kind);

/** Every fault and healing of the lab: a container node has the first few of them. */
export const faultKinds: readonly string[] = [
  ...Object.keys(containerFaults),
  ...Object.keys(boardFaults).filter((kind) => !has(containerFaults, kind)),
];

/** What has no lever of its own, and may be asked of a container. */
const kernels = ['clock', 'swap', 'reboot', 'modules', 'cgroup'];

const noFault = (kind: string) =>
  new LabProblem(`${kind} is no fault of the lab: it knows ${faultKinds.join(', ')}`);

const containerFault = (kind: string) => {
  if (has(containerFaults, kind)) return containerFaults[kind];
  throw has(boardFaults, kind) || kernels.includes(kind)
    ? new LabProblem(
        `${kind} cannot be shown on a container node, which shares this machine's kernel: emulated boards show it`,
      )
    : noFault(kind);
};

const boardFault = (kind: string) => {
  if (has(boardFaults, kind)) return boardFaults[kind];
  throw noFault(kind);
};

/** Strikes a node with a fault, or heals it, and returns when that is so; twice is the same as once. */
export const fault = async (lab: string, node: string, kind: string): Promise<void> => {
  const { address, model } = await labNode(lab, node);
  const strike =
    model === undefined
      ? () => containerFault(kind)({ lab, node, address })
      : () => boardFault(kind)({ lab: layout(lab), node });
  await withLock(`${layout(lab).lock}.${node}`, 300, strike);
};
