import { readFile } from 'node:fs/promises';

/** A process that cannot be mistaken for a later one with its number. */
export type ProcessId = { readonly pid: number; readonly started: string };

/** The process with this number as it is now; undefined when there is none. */
export const processNow = async (pid: number): Promise<ProcessId | undefined> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  // The name in brackets may hold blanks, so fields are counted from its end; 22 of them on is the start time.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, started] = [fields[0], fields[19]];
  return started === undefined || state === 'Z' ? undefined : { pid, started };
};

/** Whether this very process still lives. */
export const lives = async ({ pid, started }: ProcessId) => (await processNow(pid))?.started === started;
