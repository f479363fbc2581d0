import { now, script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** Seconds by which the machine's clock is ahead of the control node's; negative when it is behind. */
export const clockSkew: Fact<number | 'absent'> = {
  name: 'clock-skew',
  ask: { ...script('read -r ref && echo $(($(date +%s) - ref))'), stdin: [now, '\n'] },
  parse: (output) => {
    const seconds = /^-?\d{1,15}$/.exec(output.trim())?.[0];
    // `-0` is a number that nobody expects to meet.
    return seconds === undefined ? 'absent' : Number(seconds) + 0;
  },
};

/**
 * Whether such a clock must be set. The question's own journey makes a host look ahead, by seconds on a slow board, and
 * never behind: hence two bounds.
 */
export const isClockOff = (skew: number | 'absent'): boolean => skew !== 'absent' && (skew < -2 || skew > 5);
