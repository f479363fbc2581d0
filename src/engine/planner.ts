import type { Cluster, Host } from '../spec/cluster.ts';
import { isProblems, type Problem, type Problems } from '../support/problem.ts';
import { askGroups } from './ask.ts';
import type { Decision } from './decision.ts';
import { type AskingAt, gatherEvidence, keptFor } from './evidence.ts';
import type { DecisionFacts, Facts } from './fact.ts';
import type { At, Phase } from './phase.ts';
import type { Plan } from './plan.ts';
import type { World } from './world.ts';

/** A phase as a playbook has it. */
export interface PhaseStep<K> {
  readonly phase: Phase<Facts, K>;
  readonly barrier: boolean;
}

/** What planning needs beside the phases. `hosts` are the machines that can be asked. */
export interface PlanningAt<K> {
  readonly cluster: Cluster;
  readonly known: K;
  readonly hosts: readonly Host[];
  readonly run: string;
  readonly nameOf: (host: Host) => string;
}

/**
 * Makes every decision, in order, from one batch of questions to each host. Hosts that cannot be asked are left
 * out of the evidence and returned with their problem.
 */
export const decideAll = async <K extends object>(
  decisions: readonly Decision<unknown, DecisionFacts, Partial<K>>[],
  at: AskingAt<K>,
  kept: Readonly<Record<string, unknown>>,
  world: Pick<World, 'ask' | 'meet'>,
): Promise<{ readonly silent: ReadonlyMap<string, Error> } & ({ readonly known: K } | Problems)> => {
  const { factsByHost, silent } = await gatherEvidence(decisions, at, kept, world);
  let known: Partial<K> = at.known;
  const problems: Problem[] = [];
  for (const [index, decision] of decisions.entries()) {
    const decided = decision.decide({
      cluster: at.cluster,
      factsByHost: (factsByHost[index] ?? {}) as never,
      known,
      ...keptFor(kept, decision),
    });
    if (isProblems(decided)) problems.push(...decided.problems);
    else known = { ...known, [decision.gives]: decided };
  }
  return problems.length > 0 ? { problems, silent } : { known: known as K, silent };
};

/**
 * The whole plan. It only asks, so dry-run is free. All phases' questions go to a host in one batch, because no
 * change happens in between; the executor asks again just before it acts.
 */
export const makePlan = async <K>(
  steps: readonly PhaseStep<K>[],
  at: PlanningAt<K>,
  world: Pick<World, 'ask'>,
): Promise<Plan> => {
  const { cluster, known, hosts, run, nameOf } = at;
  const planned = new Map<string, Map<string, Plan[number]['hosts'][number]>>();
  // All are waited for, so that every refusal is told, and nobody asks any more when the plan has failed.
  const ended = await Promise.allSettled(
    hosts.map(async (host) => {
      const mine = steps.filter(({ phase }) =>
        phase.hosts(cluster, known).some(({ key }) => key === host.key),
      );
      const groups = mine.map(({ phase }) => phase.facts(cluster, host, known));
      const facts = await askGroups(world, host, run, groups);
      const byPhase = new Map(
        mine.map(({ phase }, index) => {
          const where = { cluster, host, known, facts: facts[index] ?? {} } as At<K> & { facts: never };
          return [phase.id, { key: host.key, host: nameOf(host), changes: [...phase.plan(where)] }] as const;
        }),
      );
      planned.set(host.key, byPhase);
    }),
  );
  const refusals = ended.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  if (refusals.length === 1) throw refusals[0];
  if (refusals.length > 1) throw new AggregateError(refusals);
  return steps
    .map(({ phase }) => ({
      phase: phase.id,
      title: phase.title,
      hosts: phase.hosts(cluster, known).flatMap(({ key }) => {
        const changes = planned.get(key)?.get(phase.id);
        return changes && changes.changes.length > 0 ? [changes] : [];
      }),
    }))
    .filter((phase) => phase.hosts.length > 0);
};
