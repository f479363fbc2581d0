import { LabProblem } from './lab-problem.ts';
import { layout } from './layout.ts';
import { type Said, tryPodman } from './podman.ts';

/** Runs a command as root in a node, past ssh and its faults, and gives whatever came of it. */
export const execOn = (lab: string, node: string, argv: readonly string[], input?: string): Promise<Said> =>
  tryPodman(
    ['exec', ...(input === undefined ? [] : ['--interactive']), layout(lab).container(node), ...argv],
    input,
  );

/** Runs a script as root in a node and gives what it printed; its failure is a LabProblem. */
export const scriptOn = async (lab: string, node: string, script: string): Promise<string> => {
  const said = await execOn(lab, node, ['sh', '-ec', script]);
  if (said.exitCode === 0) return said.stdout;
  throw new LabProblem(`a script of the lab failed on ${node}: ${said.stderr.trim()}`);
};
