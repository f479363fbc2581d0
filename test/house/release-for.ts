import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Arch } from '../support/release/pins.ts';
import type { Release } from '../support/release/release.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A release for machines of one architecture, as `npm run release` makes it into a folder. */
export const releaseFor = async (arch: Arch, into: string): Promise<Release> => {
  const words = ['run', '--silent', 'release', '--', '--arch', arch, '--into', into, '--output', 'json'];
  return JSON.parse((await execa('npm', words, { cwd: root })).stdout);
};
