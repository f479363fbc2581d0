import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LabProblem } from '../lab-problem.ts';
import type { Layout } from '../layout.ts';
import { type ProcessId, processNow } from '../processes.ts';
import { until } from '../progress.ts';

/** Where QEMU takes orders for a board. It also marks the process: no other has this path among its arguments. */
export const socketOf = (lab: Layout, node: string): string => join(lab.folder, 'nodes', node, 'qmp');

const argumentsOf = async (pid: string): Promise<readonly string[]> =>
  (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');

/**
 * The QEMU processes of a lab by the names of their boards. This machine itself is asked, so that nothing is believed that a
 * killed `up` wrote, or did not write.
 */
export const machinesOf = async (lab: Layout): Promise<ReadonlyMap<string, ProcessId>> => {
  const found = new Map<string, ProcessId>();
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const words = await argumentsOf(pid);
    const name = words[words.indexOf('-name') + 1];
    if (!words[0]?.includes('qemu-system') || name === undefined) continue;
    const isIts = words.some((word) => word.startsWith(`unix:${socketOf(lab, name)},`));
    const now = isIts ? await processNow(Number(pid)) : undefined;
    if (now !== undefined) found.set(name, now);
  }
  return found;
};

/** Takes the power of boards away at once, as whoever pulls the plug does. */
export const cutPower = async (lab: Layout, names?: readonly string[]): Promise<void> => {
  const left = async () =>
    [...(await machinesOf(lab))].filter(([name]) => names === undefined || names.includes(name));
  for (const [, { pid }] of await left()) process.kill(pid, 'SIGKILL');
  if (!(await until(20, async () => ((await left()).length === 0 ? true : undefined))))
    throw new LabProblem(`a board of lab ${lab.name} survives SIGKILL`);
};
