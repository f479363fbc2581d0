/** The lab as tests use it; `main.ts` is the same for people. */
export { execOn } from './exec-on.ts';
export { fault } from './fault.ts';
export { passphrase } from './nodes/keys.ts';
export { users } from './nodes/users.ts';
export { labDown } from './remove.ts';
export { ringLab } from './ring-lab.ts';
export { sshCommand } from './ssh-command.ts';
export { labStatus } from './status.ts';
export type { LabSummary } from './summary.ts';
export { type LabWish, labUp } from './up.ts';
