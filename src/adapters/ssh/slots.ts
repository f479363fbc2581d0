/** A bounded number of channels on one connection: sshd's MaxSessions is 10 unless somebody set it lower. */
export interface Slots {
  /**
   * Runs a task when a slot is free. A task that answers `full` (the host opened no channel) is run again when
   * another one has ended, and the bound is lowered for good; it throws `refused` when there is no other one.
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
      for (;;) {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          admit();
        });
        try {
          const result = await task();
          if (result !== 'full') return result;
          if (busy === 1) throw refused();
          bound = Math.min(bound, busy - 1);
        } finally {
          busy -= 1;
          admit();
        }
      }
    },
  };
};
