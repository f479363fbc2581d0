import type { Attempt } from '../domain/drill/figures.ts';

/** Seconds between the beginnings of attempts, and how many are under way at most. */
const EVERY = 0.25;
const MOST = 12;

/** Somebody who writes all the time. */
export interface Writer {
  /** What came of the attempts so far. */
  readonly attempts: readonly Attempt[];
  /** Begins no more, and waits for those that are under way. */
  stop(): Promise<void>;
}

/** Writes a new key every quarter of a second, whatever becomes of those before. `write` says whether it was answered for. */
export const writeSteadily = (
  write: (key: string) => Promise<boolean>,
  clock: { now(): number; sleep(seconds: number): Promise<void> },
): Writer => {
  const attempts: Attempt[] = [];
  const running = new Set<Promise<unknown>>();
  let stopped = false;
  const attempt = async (key: string): Promise<void> => {
    const began = clock.now();
    const ok = await write(key).catch(() => false);
    attempts.push({ key, began, ended: clock.now(), ok });
  };
  const loop = async (): Promise<void> => {
    for (let count = 0; !stopped; count++) {
      if (running.size < MOST) {
        const one: Promise<unknown> = attempt(`w${String(count).padStart(6, '0')}`).finally(() =>
          running.delete(one),
        );
        running.add(one);
      }
      await clock.sleep(EVERY);
    }
    await Promise.all(running);
  };
  const ended = loop();
  return {
    attempts,
    async stop() {
      stopped = true;
      await ended;
    },
  };
};
