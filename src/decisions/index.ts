import type { Theft } from '../domain/topology/thefts.ts';
import type { Outcomes } from '../engine/outcome.ts';
import type { Release } from '../spec/release.ts';
import { admitDrill, type Drill } from './admit-drill.ts';
import { type Admitted, admitHosts } from './admit-hosts.ts';
import { checkBundle, type Installing } from './check-bundle.ts';
import { checkRelease } from './check-release.ts';
import { chooseNetworkBackend, type Network } from './choose-network-backend.ts';
import { cutOffStolen } from './cut-off-stolen.ts';
import { type Architectures, detectArchitectures } from './detect-architectures.ts';
import { type Election, electMasters } from './elect-masters.ts';
import { type Accelerators, findAccelerators } from './find-accelerators.ts';
import { findTimeSource, type TimeSource } from './find-time-source.ts';
import { type Names, nameNodes } from './name-nodes.ts';

/** What phases know beside one host's facts: what was decided, by what the decision `gives`, and what exists only after execution. */
export interface Known {
  /** Node name by host key. */
  readonly names: Names;
  /** Which hosts passed their checks; absent in what was kept before there were any. */
  readonly admitted?: Admitted;
  /** The architecture of every host that answered, by host key. */
  readonly arch: Architectures;
  readonly release: Release;
  /** Where k3s comes from a bundle. */
  readonly bundle?: Installing;
  /** What boards have for workloads that need more than a processor; absent in what was kept before there were any. */
  readonly accelerators?: Accelerators;
  readonly time: TimeSource;
  readonly election: Election;
  readonly network: Network;
  /** The workers that were stolen, in order; absent where there were none. */
  readonly stolen?: readonly Theft[];
  readonly outcomes: Outcomes;
  /** Where the operator's kubeconfig goes. */
  readonly kubeconfig: { readonly path: string };
  /** This run mints the cluster's CAs: nothing of the cluster is there yet. */
  readonly isFounding?: boolean;
  /** The host that a verb is about, by its key: the one to remove. */
  readonly target?: string;
  /** In a drill alone. */
  readonly drill?: Drill;
}

/** Every decision, by id in a playbook. */
export const decisions = [
  nameNodes,
  admitHosts,
  detectArchitectures,
  checkBundle,
  checkRelease,
  findAccelerators,
  findTimeSource,
  electMasters,
  chooseNetworkBackend,
  cutOffStolen,
  admitDrill,
] as const;
