import { setTimeout as wait } from 'node:timers/promises';

const MOST_REFUSALS = 20;
const BETWEEN_MS = 100;

/** A bounded number of channels on one connection: sshd's MaxSessions is 10 unless somebody set it lower. */
export interface Slots {
  /**
   * Runs a task when a slot is free. A task that answers `full` (the host opened no channel) is run again when
   * another one has ended, and the bound is lowered for good. Alone it is run again a little later, because a host
   * takes a moment to be rid of a channel; after 2 seconds of that it throws `refused`.
   */
  use<T>(task: () => Promise<T | 'full'>, refused: () => Error): Promise<T>;
}

/** Slots for at most so many channels at once. */
export const createSlots = (most: number): Slots => {
  let bound = most;
  let busy = 0;
  const waiting: (() => void)[] = [];
  const admit = () => {
    while (busy < bound && waiting.length > 0) {
      busy += 1;
      waiting.shift()?.();
    }
  };
  return {
    async use(task, refused) {
      for (let refusals = 0; ; ) {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          admit();
        });
        try {
          const result = await task();
          if (result !== 'full') return result;
          if (busy > 1) bound = Math.min(bound, busy - 1);
          else if (++refusals > MOST_REFUSALS) throw refused();
          else await wait(BETWEEN_MS);
        } finally {
          busy -= 1;
          admit();
        }
      }
    },
  };
};
