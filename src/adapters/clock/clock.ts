import { setTimeout } from 'node:timers/promises';

/** The machine's own clock: milliseconds since 1970, and seconds of sleep. */
export const clock = {
  now: (): number => Date.now(),
  sleep: (seconds: number): Promise<void> => setTimeout(seconds * 1000),
};
