import { join } from 'node:path';
import { buildDeb, publish } from '../../bundle/debian-archive.ts';
import { type SigningKey, signingKey } from '../../bundle/signing.ts';
import type { GpuParts } from './jetson.ts';

/** The version of the toolkit that the lab builds. */
export const TOOLKIT = '1.17.8-1';
/** One that is later, for a later L4T, and holds nothing. */
const LATER = '1.18.0-1';

const packages = async (pool: string, Version: string, parts: GpuParts | undefined): Promise<void> => {
  const Architecture = 'amd64';
  const its = (name: string) => `${name} (= ${Version})`;
  const bin = (from: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(from).map(([name, file]) => [`usr/bin/${name}`, file]));
  await buildDeb(pool, { Package: 'libnvidia-container1', Version, Architecture });
  await buildDeb(pool, {
    Package: 'libnvidia-container-tools',
    Version,
    Architecture,
    Depends: its('libnvidia-container1'),
  });
  await buildDeb(
    pool,
    { Package: 'nvidia-container-toolkit-base', Version, Architecture },
    parts
      ? {
          programs: bin({
            'nvidia-container-runtime': parts.runtime,
            'nvidia-cdi-hook': parts.cdiHook,
            'nvidia-ctk': parts.ctk,
          }),
        }
      : {},
  );
  await buildDeb(
    pool,
    {
      Package: 'nvidia-container-toolkit',
      Version,
      Architecture,
      Depends: `${its('nvidia-container-toolkit-base')}, ${its('libnvidia-container-tools')}`,
    },
    parts ? { programs: bin({ 'nvidia-container-runtime-hook': parts.runtimeHook }) } : {},
  );
};

/** Archives of packages for two releases of L4T. */
export interface L4tArchives {
  readonly key: SigningKey;
  /** What a file of pins says of them. `present` are two files with what the boards have. */
  pins(present: readonly [string, string]): readonly object[];
}

/** Makes an archive for R36.4, with the real toolkit, and one for R38.2, with a later version that would not work. */
export const l4tArchives = async (folder: string, parts: GpuParts): Promise<L4tArchives> => {
  const key = await signingKey(join(folder, 'gnupg'));
  const at = (suite: string) => join(folder, suite);
  await packages(join(at('r36.4'), 'pool/main'), TOOLKIT, parts);
  await packages(join(at('r38.2'), 'pool/main'), LATER, undefined);
  for (const suite of ['r36.4', 'r38.2']) await publish(at(suite), { key, suite });
  return {
    key,
    pins: (present) =>
      ['r36.4', 'r38.2'].map((suite, index) => ({
        archive: at(suite),
        suite,
        keyring: key.keyring,
        packages: ['nvidia-container-toolkit'],
        arch: ['amd64'],
        present: present[index],
      })),
  };
};
