import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import type { Holder } from '../../engine/lock.ts';

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
};

// The command may hold spaces and brackets, so count from the last bracket: start time is field 22 of proc(5) stat.
const startOf = (pid: number): string => read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ')[19] ?? '';

/** A run id that sorts by time: `20261121-224357-1f3a`. */
export const newRunId = (now: Date): string => {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${stamp}-${randomBytes(2).toString('hex')}`;
};

/** This process as a lock's holder. */
export const thisHolder = (run: string, at: Date): Holder => ({
  operator: `${userInfo().username}@${hostname()}`,
  machineId: read('/etc/machine-id'),
  bootId: read('/proc/sys/kernel/random/boot_id'),
  pid: process.pid,
  started: startOf(process.pid),
  run,
  at: at.toISOString(),
});

/** Whether a holder was a process of this machine that is gone. One of another machine never counts as gone. */
export const isGone = (holder: Holder): boolean =>
  holder.machineId === read('/etc/machine-id') &&
  (holder.bootId !== read('/proc/sys/kernel/random/boot_id') || startOf(holder.pid) !== holder.started);
