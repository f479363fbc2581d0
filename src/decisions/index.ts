import type { Outcomes } from '../engine/outcome.ts';
import type { Arch, Release } from '../spec/release.ts';
import type { Election } from './elect-masters.ts';

/** What phases know beside one host's facts: what was decided, and what exists only after execution. */
export interface Known {
  /** Node name by host key. */
  readonly names: Readonly<Record<string, string>>;
  /** The architecture of every host that answered, by host key. */
  readonly arch: Readonly<Record<string, Arch>>;
  readonly release: Release;
  readonly election: Election;
  readonly network: { readonly backend: 'vxlan' | 'host-gw' };
  readonly outcomes: Outcomes;
}
