/** The architectures that k3s releases have and edgectl supports, as Go names them. */
export const ARCHES = ['amd64', 'arm64'] as const;

/** One of them. */
export type Arch = (typeof ARCHES)[number];

const MACHINES: ReadonlyMap<string, Arch> = new Map([
  ['x86_64', 'amd64'],
  ['aarch64', 'arm64'],
  ['arm64', 'arm64'],
]);

/** The architecture that `uname -m` names by this word; undefined when edgectl does not support it. */
export const archOf = (machine: string): Arch | undefined => MACHINES.get(machine);
