import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LabProblem } from './lab-problem.ts';
import { lives, type ProcessId, processNow } from './processes.ts';
import { say, until } from './progress.ts';

const holderOf = async (file: string) => {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as ProcessId);
};

const take = async (file: string, mine: string): Promise<true | undefined> => {
  // A link is made whole or not at all: no one reads a lock file that is half written.
  const made = await link(mine, file).then(
    () => true as const,
    () => undefined,
  );
  if (made) return true;
  const holder = await holderOf(file);
  if (holder !== undefined && !(await lives(holder))) await rm(file, { force: true });
  return undefined;
};

/** Does `work` while no other process of this machine does work under the same lock; a dead holder's lock is taken over. */
export const withLock = async <T>(file: string, seconds: number, work: () => Promise<T>): Promise<T> => {
  const mine = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(mine, JSON.stringify(await processNow(process.pid)));
  try {
    // Twice, since the first try may only have cleared a dead holder's lock away.
    if (!((await take(file, mine)) ?? (await take(file, mine)))) {
      say(`waiting for process ${(await holderOf(file))?.pid ?? 'of another lab'}, which works on the same`);
      if (!(await until(seconds, () => take(file, mine))))
        throw new LabProblem(
          `${file} is still held by process ${(await holderOf(file))?.pid} after ${seconds} s`,
        );
    }
    try {
      return await work();
    } finally {
      await rm(file, { force: true });
    }
  } finally {
    await rm(mine, { force: true });
  }
};
