import { constants } from 'node:os';

/** The exit status that a POSIX shell gives to a program that ended by a signal: `SIGKILL` is 137. */
export const statusOfSignal = (signal: string): number =>
  128 + ((constants.signals as Readonly<Record<string, number>>)[signal] ?? 0);
