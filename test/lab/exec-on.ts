import { execa } from 'execa';
import { LabProblem } from './lab-problem.ts';
import { layout } from './layout.ts';
import { type Said, tryPodman } from './podman.ts';
import { sshCommand } from './ssh-command.ts';
import { readState } from './state.ts';

const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;

/** An emulated board has no other door than ssh. */
const execOnBoard = async (lab: string, node: string, argv: readonly string[], input?: string) => {
  const [program = 'ssh', ...parts] = await sshCommand(lab, node);
  const command = ['sudo', '-n', ...argv].map(quoted).join(' ');
  const { exitCode, stdout, stderr } = await execa(program, [...parts, command], {
    reject: false,
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
  });
  return { exitCode: exitCode ?? 255, stdout, stderr };
};

/** Runs a command as root in a node, past ssh and its faults where the node is a container, and gives whatever came of it. */
export const execOn = async (
  lab: string,
  node: string,
  argv: readonly string[],
  input?: string,
): Promise<Said> => {
  const known = (await readState(layout(lab)))?.nodes.find(({ name }) => name === node);
  if (known?.model !== undefined) return execOnBoard(lab, node, argv, input);
  return tryPodman(
    ['exec', ...(input === undefined ? [] : ['--interactive']), layout(lab).container(node), ...argv],
    input,
  );
};

/** Runs a script as root in a node and gives what it printed; its failure is a LabProblem. */
export const scriptOn = async (lab: string, node: string, script: string): Promise<string> => {
  const said = await execOn(lab, node, ['sh', '-ec', script]);
  if (said.exitCode === 0) return said.stdout;
  throw new LabProblem(`a script of the lab failed on ${node}: ${said.stderr.trim()}`);
};
