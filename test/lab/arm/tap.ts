import { execa } from 'execa';
import { podman } from '../podman.ts';

/** The host's end of a board's cable. Addresses are a lab's own on this machine, and a name may have 15 letters. */
export const tapOf = (address: string): string =>
  `arm${address
    .split('.')
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join('')}`;

/** Lays the cable of a board that has just been started to the lab's bridge. QEMU makes it, and it goes with QEMU. */
export const plugIn = async (network: string, address: string): Promise<void> => {
  // podman chooses the bridge's name.
  const bridge = await podman('network', 'inspect', '--format', '{{.NetworkInterface}}', network);
  await execa('ip', ['link', 'set', tapOf(address), 'master', bridge.trim(), 'up']);
};
