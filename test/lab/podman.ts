import { execa } from 'execa';
import { LabProblem } from './lab-problem.ts';

/** What a command said: podman's own failure and the command's inside a node look alike. */
export type Said = { readonly exitCode: number; readonly stdout: string; readonly stderr: string };

/** Runs podman and gives whatever came of it. */
export const tryPodman = async (parts: readonly string[], input?: string): Promise<Said> => {
  const { exitCode, stdout, stderr } = await execa('podman', parts, {
    reject: false,
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
  });
  return { exitCode: exitCode ?? 255, stdout, stderr };
};

/** Runs podman and gives what it printed; a failure is a LabProblem with podman's last words. */
export const podman = async (...parts: readonly string[]): Promise<string> => {
  const said = await tryPodman(parts);
  if (said.exitCode === 0) return said.stdout;
  throw new LabProblem(
    `podman ${parts.find((part) => /^[a-z]+$/.test(part) && part !== 'runc')} failed: ${said.stderr.trim() || `exit status ${said.exitCode}`}`,
  );
};

/** A container of a lab as podman lists it. */
export type Container = { readonly name: string; readonly running: boolean; readonly pid: number };

/** The lab's containers, running or not. */
export const containersOf = async (label: string): Promise<readonly Container[]> => {
  const listed = await podman('ps', '--all', '--filter', `label=${label}`, '--format', 'json');
  const rows = JSON.parse(listed || '[]') as readonly { Names: string[]; State: string; Pid: number }[];
  return rows.map(({ Names, State, Pid }) => ({
    name: Names[0] ?? '',
    running: State === 'running',
    pid: Pid,
  }));
};
