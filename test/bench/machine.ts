import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { execa } from 'execa';

/** Says one thing on stderr, in the bench's voice. */
export const say = (line: string): void => {
  process.stderr.write(`bench: ${line}\n`);
};

/** What a figure depends on beside the code: when and where it was measured, and what else ran there. */
export const where = async (): Promise<string> => {
  const { stdout: commit } = await execa('git', ['describe', '--always', '--dirty'], {
    cwd: import.meta.dirname,
    reject: false,
  });
  const gib = Math.round(totalmem() / 2 ** 30);
  return [
    `Measured ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC at ${commit || 'an unknown commit'}`,
    `on ${availableParallelism()} cores (${cpus()[0]?.model.trim() || 'unknown'}), ${gib} GiB, Node ${process.versions.node};`,
    `the load before was ${(loadavg()[0] ?? 0).toFixed(1)}.`,
  ].join(' ');
};

const times = () =>
  cpus().reduce(
    ({ idle, all }, { times: of }) => ({
      idle: idle + of.idle,
      all: all + of.user + of.nice + of.sys + of.irq + of.idle,
    }),
    { idle: 0, all: 0 },
  );

const IDLE_ENOUGH = 0.7;
const LOOK_MS = 2_000;
const MOST_LOOKS = 30;

/** Waits until this machine has little to do, a minute at most: containers that have just started still work. */
export const quiet = async (): Promise<void> => {
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    const before = times();
    await wait(LOOK_MS);
    const after = times();
    if ((after.idle - before.idle) / (after.all - before.all) >= IDLE_ENOUGH) return;
  }
  say('this machine does not come to rest: the figures will be worse than they need be');
};

/** How long something took, in seconds, and what came of it. */
export const timed = async <T>(
  work: () => Promise<T>,
): Promise<{ readonly seconds: number; readonly result: T }> => {
  const began = performance.now();
  const result = await work();
  return { seconds: (performance.now() - began) / 1000, result };
};
