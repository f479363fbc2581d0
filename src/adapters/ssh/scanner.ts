import type { Scanner } from '../../ports/scanner.ts';
import { discover } from './discover.ts';

const TIMEOUT_MS = 3_000;
const AT_ONCE = 128;

/** Finds SSH servers and their host keys without logging in. */
export const sshScanner: Scanner = {
  scan: (addresses, port) => discover(addresses, { port, timeoutMs: TIMEOUT_MS, concurrency: AT_ONCE }),
};
