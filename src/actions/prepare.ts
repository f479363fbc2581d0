import type { Known } from '../decisions/index.ts';
import { nameIn } from '../domain/topology/names.ts';
import { countChanges, type Plan, planDigest, planWords } from '../engine/plan.ts';
import { decideAll, makePlan, type PlanningAt } from '../engine/planner.ts';
import { asProblem, isProblems, type Problem, problemData } from '../support/problem.ts';
import type { Steps } from './playbook.ts';
import { bundleFor, keptDecisions, releaseFor, type Session } from './session.ts';

/** What is to be done, before anything is done. */
export interface Prepared {
  readonly known: Known;
  readonly plan: Plan;
  readonly at: PlanningAt<Known>;
  readonly silent: ReadonlyMap<string, Problem>;
}

/**
 * Decides and plans. It only asks, so it is the whole of a dry-run; refusals are thrown together. A board that falls silent
 * meanwhile is a warning, one that refuses sudo stops here, as one that refuses the login did before.
 */
export const prepare = async (
  session: Session,
  steps: Steps,
  kubeconfig: string,
  target?: string,
): Promise<Prepared> => {
  const { cluster, world, kept, vault, tell, run } = session;
  const decidedBefore = keptDecisions(kept);
  const decides = (what: keyof Known) => steps.decisions.some(({ gives }) => gives === what);
  const bundle = decides('bundle') ? await bundleFor(session) : {};
  const release = decides('release') ? await releaseFor(session, bundle) : (decidedBefore.release ?? {});
  const start: Partial<Known> = {
    ...decidedBefore,
    release,
    bundle,
    outcomes: vault.outcomes,
    kubeconfig: { path: kubeconfig },
    isFounding: !('server-ca.hash' in vault.outcomes),
    ...(target === undefined ? {} : { target }),
  };

  const asked = session.hosts.filter(({ duty }) => duty !== 'operator');
  const decided = await decideAll(
    steps.decisions,
    { cluster, hosts: asked, known: start, run },
    decidedBefore,
    world,
  );
  const refused = [...decided.silent].flatMap(([key, error]) => {
    const problem = asProblem(error, key);
    return problem.code === 'SUDO_REFUSED' ? [problem] : [];
  });
  const problems = [...refused, ...(isProblems(decided) ? decided.problems : [])];
  if (problems.length > 0 || isProblems(decided)) throw new AggregateError(problems);
  const { known } = decided;
  vault.masters = known.election?.masters ?? [];
  for (const { gives, title, explain } of steps.decisions) {
    const lines = explain?.(known[gives as keyof Known]) ?? [];
    if (lines.length > 0) tell({ type: 'decided', decision: gives, title, lines });
  }

  const silent = new Map(session.silent);
  for (const [key, error] of decided.silent) {
    const problem = asProblem(error, nameIn(known)({ key }));
    silent.set(key, problem);
    tell({ type: 'warning', problem: problemData(problem) });
  }
  const hosts = session.hosts.filter(({ key }) => !silent.has(key));
  const at = { cluster, known, hosts, run, nameOf: nameIn(known) };
  const plan = await makePlan(steps.phases, at, world);
  tell({ type: 'planned', digest: planDigest(plan), changes: countChanges(plan), phases: planWords(plan) });
  return { known, plan, at, silent };
};
