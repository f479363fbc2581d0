import type { Found, Scanner } from '../../ports/scanner.ts';
import { fingerprint, KEY_TYPES, keyLine } from './host-key.ts';
import { takeOfferedKey } from './offered-key.ts';
import { openSocket } from './socket.ts';

const ANSWER_MS = 3_000;
/** Addresses asked at once: a process may have 1024 open files. */
const AT_ONCE = 256;

const lookAt = async (address: string, port: number): Promise<readonly Found[]> => {
  const opened = await openSocket(address, port, ANSWER_MS);
  if (!('socket' in opened)) return [];
  const { blob, banner = '' } = await takeOfferedKey(opened.socket, KEY_TYPES, ANSWER_MS);
  return blob ? [{ address, port, hostKey: keyLine(blob), fingerprint: fingerprint(blob), banner }] : [];
};

/** Finds SSH servers and their best host key, ed25519 where there is one, in the order of the addresses. */
export const sshScanner: Scanner = {
  async scan(addresses, port) {
    const found: (readonly Found[])[] = addresses.map(() => []);
    const left = addresses.entries();
    const worker = async () => {
      for (const [i, address] of left) found[i] = await lookAt(address, port);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return found.flat();
  },
};
