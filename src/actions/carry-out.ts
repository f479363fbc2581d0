import type { Known } from '../decisions/index.ts';
import { execute, type Job } from '../engine/executor.ts';
import { type Holder, withLocks } from '../engine/lock.ts';
import { countChanges, type Plan, planWords } from '../engine/plan.ts';
import { makePlan } from '../engine/planner.ts';
import type { Host } from '../spec/cluster.ts';
import { Problem, problemData } from '../support/problem.ts';
import type { Steps } from './playbook.ts';
import type { Prepared } from './prepare.ts';
import type { Session } from './session.ts';

/** How the operator wants it carried out. */
export interface Manner {
  readonly onFailure: 'stop' | 'continue';
  readonly stop: AbortSignal;
  readonly holder: Holder;
  readonly isGone: (holder: Holder) => boolean;
}

/** The one JSON document of a verb that changes hosts. `ok` is false for a host that failed or stayed silent. */
export interface RunResult {
  readonly run: string;
  readonly changes: number;
  readonly failed: number;
  readonly hosts: readonly { readonly name: string; readonly changes: number; readonly ok: boolean }[];
}

/** A run's document, and why it is not whole. */
export interface Carried {
  readonly result: RunResult;
  readonly problems: readonly Problem[];
}

const byAddress = (a: Host, b: Host): number => a.address.localeCompare(b.address, 'en', { numeric: true });

/** The control node first, then every host to be changed in address order. */
export const toLock = (
  { cluster, hosts }: { cluster: Session['cluster']; hosts: readonly Host[] },
  { plan }: Prepared,
): readonly Host[] => {
  const changed = new Set(plan.flatMap((phase) => phase.hosts.map(({ key }) => key)));
  const boards = hosts.filter(({ key, duty }) => duty === 'board' && changed.has(key)).sort(byAddress);
  return [cluster.control, ...boards];
};

/** Has content come to this machine while hosts are still locked. What goes wrong, whoever brings it on says. */
const prefetch = ({ source }: Pick<Session, 'source'>, plan: Plan): void => {
  for (const { changes } of plan.flatMap(({ hosts }) => hosts))
    for (const { run } of changes)
      if ('blobs' in run) for (const blob of run.blobs.blobs) source.fetch(blob).catch(() => {});
};

/** The run of a prepared plan, as the executor takes it. */
export const jobOf = (
  { cluster, run }: Session,
  steps: Steps,
  { known, plan, at }: Prepared,
  { onFailure, stop }: Pick<Manner, 'onFailure' | 'stop'>,
): Job<Known> => ({
  cluster,
  steps: steps.phases,
  known,
  hosts: at.hosts,
  announced: plan,
  run,
  nameOf: at.nameOf,
  onFailure,
  stop,
});

/** Carries out what was prepared, then asks everything once more: the plan must be empty. */
export const carryOut = async (
  session: Session,
  steps: Steps,
  prepared: Prepared,
  manner: Manner,
): Promise<Carried> => {
  const { world, tell, cluster, run } = session;
  const { plan, at } = prepared;
  const work = () => execute(jobOf(session, steps, prepared, manner), world, tell);
  const locks = {
    world,
    hosts: toLock({ cluster, hosts: at.hosts }, prepared),
    nameOf: at.nameOf,
    tell,
    ...manner,
  };
  prefetch(session, plan);
  const done = countChanges(plan) > 0 ? await withLocks(locks, work) : await work();

  const failed = new Map([...prepared.silent, ...done.failed]);
  if (countChanges(plan) > 0 && done.failed.size === 0) {
    const left = await makePlan(steps.phases, { ...at, known: done.known }, world);
    for (const { phase, hosts } of planWords(left))
      for (const { host, changes } of hosts) {
        const problem = new Problem('NOT_CONVERGED', `${phase}: still to do: ${changes.join('; ')}`, {
          host,
        });
        failed.set(host, problem);
        tell({ type: 'host-failed', host, problem: problemData(problem) });
      }
  }
  const hosts = [...cluster.hosts, cluster.control].map((host) => ({
    name: at.nameOf(host),
    changes: done.changes.get(host.key) ?? 0,
    ok: !failed.has(host.key) && !failed.has(at.nameOf(host)),
  }));
  const changes = [...done.changes.values()].reduce((sum, count) => sum + count, 0);
  return { result: { run, changes, failed: failed.size, hosts }, problems: [...failed.values()] };
};
