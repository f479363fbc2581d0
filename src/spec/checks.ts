import type { CheckLine } from './check-form.ts';
import { DISK } from './checks/disk.ts';
import { HARDWARE } from './checks/hardware.ts';
import { KERNEL } from './checks/kernel.ts';
import { NETWORK } from './checks/network.ts';
import { SYSTEM } from './checks/system.ts';

/** The checks of `edgectl check` by subject, in the order in which they are said. */
export const CHECK_SUBJECTS = [
  { title: 'The board', checks: HARDWARE },
  { title: 'The system', checks: SYSTEM },
  { title: 'The kernel', checks: KERNEL },
  { title: 'The disk', checks: DISK },
  { title: 'The network, and who is there already', checks: NETWORK },
] as const;

/** Every check of a host, by its code: what `docs/reference/checks.md` and waivers go by. Codes are stable. */
export const CHECKS = { ...HARDWARE, ...SYSTEM, ...KERNEL, ...DISK, ...NETWORK } as const;

/** A key of the table above. */
export type CheckCode = keyof typeof CHECKS;

/** The codes that a waiver may name, `SSH` not among them: a host that does not answer cannot be waived. */
export const CHECK_CODES = Object.keys(CHECKS) as readonly CheckCode[];

/** The line of a check. */
export const checkLine = (code: CheckCode): CheckLine => CHECKS[code];
