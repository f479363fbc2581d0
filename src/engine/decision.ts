import type { Cluster, Host } from '../spec/cluster.ts';
import type { Problems } from '../support/problem.ts';
import type { Answers, DecisionFacts } from './fact.ts';

/**
 * What a decision may look at: the file, the facts of every host that answered (by host key), what was decided
 * before it in this run, and what it decided in an earlier run.
 */
export interface Evidence<T, F extends DecisionFacts, K> {
  readonly cluster: Cluster;
  readonly factsByHost: Readonly<Record<string, Answers<F>>>;
  readonly known: K;
  /** The decision kept on the control node. It wins while its hosts are in the cluster file. */
  readonly kept?: T;
}

/** One pure choice over many hosts at once, made in dry-run too. */
export interface Decision<T, F extends DecisionFacts = DecisionFacts, K = unknown> {
  /** Verb-object, as a playbook has it: `elect-masters`. */
  readonly id: string;
  readonly title: string;
  /** The name under which the phases know it: `election`. */
  readonly gives: string;
  readonly facts: F;
  /**
   * The questions to one host, where they depend on it, on the cluster, on the hosts that are asked, on what was kept or known
   * before this run's decisions; absent: all of `facts`. A host for which there are none is left out of the evidence.
   */
  questions?(at: {
    readonly cluster: Cluster;
    readonly host: Host;
    readonly hosts: readonly Host[];
    readonly known: K;
    readonly kept?: T;
  }): Partial<F> | undefined;
  decide(evidence: Evidence<T, F, K>): T | Problems;
  /** What the decision says to the operator, a line each; absent when there is nothing to explain. */
  explain?(decided: T): readonly string[];
}
