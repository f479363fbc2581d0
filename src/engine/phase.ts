import type { Cluster, Host } from '../spec/cluster.ts';
import type { Change, KubeWrite } from './change.ts';
import type { Answers, Ask, Facts } from './fact.ts';

/** Something to wait for, and the only waiting there is. Times are seconds. */
export interface Condition {
  readonly says: string;
  readonly ask: Ask;
  readonly every: number;
  readonly within: number;
  judge(output: string): 'ok' | 'not yet' | 'skip';
  /** What to do about it when it does not come to hold; absent: to look at the journal of k3s. */
  readonly hint?: string;
  /** It comes by itself, and what was begun is not over before: nobody stops waiting for it. */
  readonly isEnd?: boolean;
  /** What the question needs in the cluster while it is asked, such as a probe pod; never in dry-run. */
  readonly prepare?: readonly KubeWrite[];
  /** Takes that down again, also when the condition is not met. What is not there is no failure. */
  readonly cleanup?: readonly KubeWrite[];
  /** Notes in the cluster that the condition was met, so that a later run need not ask again. */
  readonly remember?: readonly KubeWrite[];
}

/** Where a phase stands: the file, the host, and what is known beside the host's own facts. */
export interface At<K> {
  readonly cluster: Cluster;
  readonly host: Host;
  readonly known: K;
}

/**
 * Compares what is wanted with what is known, host by host, and yields what must change.
 * `K` is what is known beside the host's own facts: decisions and outcomes.
 */
export interface Phase<F extends Facts = Facts, K = never> {
  readonly id: string;
  readonly title: string;
  hosts(cluster: Cluster, known: K): readonly Host[];
  facts(cluster: Cluster, host: Host, known: K): F;
  plan(at: At<K> & { readonly facts: Answers<F> }): Iterable<Change>;
  /** Hosts with the same lane go one after another, in the order of `hosts`, each until its `until` holds. */
  lane?(host: Host): string;
  /** A barrier of some hosts alone: the phase begins when these, or `least` of them, have come as far, or have ended. */
  behind?(cluster: Cluster, known: K): { readonly hosts: readonly Host[]; readonly least?: number };
  /** The hosts without which the conditions cannot come to hold: nobody waits any longer when all of them have failed. */
  needs?(cluster: Cluster, known: K): readonly Host[];
  /** What has to hold when the phase's changes are done. The facts are those that its plan was made from. */
  until?(at: At<K> & { readonly facts: Answers<F> }): readonly Condition[];
}

/** Gives a phase its types; nothing else. */
export const definePhase = <F extends Facts, K>(phase: Phase<F, K>): Phase<F, K> => phase;
