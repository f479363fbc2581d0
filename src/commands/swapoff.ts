import { asRoot, type Command, script } from '../engine/command.ts';

// What was swapped out has to come back into memory, which takes its time. A unit that was stopped may have done it already.
const OFF = `for device; do
  grep -q "^$device " /proc/swaps || continue
  swapoff "$device" || exit
done`;

/** Stops swapping to these devices until something swaps to them again. */
export const swapOff = (...devices: readonly string[]): Command => ({
  ...asRoot(script(OFF, ...devices)),
  within: 120,
});
