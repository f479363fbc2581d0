import { mkdir, readlink, rm, symlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LabProblem } from './lab-problem.ts';
import { lives, type ProcessId, processNow } from './processes.ts';
import { say, until } from './progress.ts';

const holderOf = async (file: string) => {
  const target = await readlink(file).catch(() => undefined);
  return target === undefined ? undefined : (JSON.parse(target) as ProcessId);
};

/** A symbolic link is made whole or not at all, and leaves nothing half-written behind a kill. */
const take = async (file: string, self: string): Promise<true | undefined> => {
  const made = await symlink(self, file).then(
    () => true as const,
    () => undefined,
  );
  if (made) return true;
  const holder = await holderOf(file);
  if (holder !== undefined && !(await lives(holder))) await rm(file, { force: true });
  return undefined;
};

/** Does `work` while no other process does work under the same lock; a dead holder's lock is taken over. */
export const withLock = async <T>(file: string, seconds: number, work: () => Promise<T>): Promise<T> => {
  const self = JSON.stringify(await processNow(process.pid));
  await mkdir(dirname(file), { recursive: true });
  // Twice, since the first try may only have cleared a dead holder's lock away.
  if (!((await take(file, self)) ?? (await take(file, self)))) {
    say(`waiting for process ${(await holderOf(file))?.pid ?? 'of another lab'}, which works on the same`);
    if (!(await until(seconds, () => take(file, self))))
      throw new LabProblem(
        `${file} is still held by process ${(await holderOf(file))?.pid} after ${seconds} s`,
      );
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
};
