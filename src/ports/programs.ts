import type { Arch } from '../support/arch.ts';

/** The programs for nodes that come with edgectl. */
export interface Programs {
  /** node-helper for an architecture, gzipped; undefined where this edgectl has none. */
  packed(arch: Arch): Promise<Uint8Array | undefined>;
}
