import { admitHosts } from '../decisions/admit-hosts.ts';
import type { Known } from '../decisions/index.ts';
import { type Check, stands } from '../decisions/preflight/checks.ts';
import { preflight } from '../decisions/preflight.ts';
import { decideAll } from '../engine/planner.ts';
import type { Playbook } from '../spec/playbook.ts';
import { asProblem, isProblems, Problem } from '../support/problem.ts';
import { resolve } from './playbook.ts';
import { bundleFor, keptDecisions, releaseFor, type Session, type Start, withSession } from './session.ts';

/** The JSON document of `edgectl check`: every check of every host, passed ones too. */
export interface CheckResult {
  readonly checks: readonly Check[];
  /** The checks that keep the hosts from becoming a cluster. */
  readonly refused: readonly Check[];
}

const asCheck = ({ code, host, message, hint }: Problem): Check => ({
  code,
  host: host ?? 'cluster',
  severity: 'error',
  ok: false,
  message,
  ...(hint === undefined ? {} : { hint }),
});

/** A host that let edgectl in and could not be asked all the same: for want of root, or because it was lost meanwhile. */
const asUnasked = (problem: Problem): Check => ({
  ...asCheck(problem),
  code: problem.code === 'SUDO_REFUSED' ? 'SUDO' : 'SSH',
});

/** Whether a refusal says no more than a check that failed on the same host. */
const isSaid = ({ code, host }: Problem, checks: readonly Check[]): boolean =>
  code === 'ARCH_NOT_IN_SOURCE' &&
  checks.some((check) => check.code === 'ARCHITECTURE' && check.host === host && !check.ok);

/** What the playbook's decisions would refuse, as checks beside the preflight's own. */
const decide = async (session: Session, playbook: Playbook): Promise<readonly Check[]> => {
  const { cluster, kept, vault, run, world } = session;
  const hosts = session.hosts.filter(({ duty }) => duty !== 'operator');
  let checks: readonly Check[] = [];
  const unasked = new Map<string, Check>();
  // Kept apart from what the others decide, so that a refusal of theirs costs no second round of questions.
  const noting: typeof preflight = {
    ...preflight,
    decide: (evidence) => {
      checks = preflight.decide(evidence) as readonly Check[];
      return checks;
    },
  };
  const problemsOf = async (others: readonly unknown[], known: Partial<Known>, before: object) => {
    const decided = await decideAll<Known>(
      [noting as never, ...(others as never[])],
      { cluster, hosts, known, run },
      { ...before },
      world,
    );
    for (const [key, error] of decided.silent) unasked.set(key, asUnasked(asProblem(error, key)));
    return isProblems(decided) ? decided.problems : [];
  };
  const all = async (): Promise<readonly Problem[]> => {
    try {
      const bundle = await bundleFor(session);
      const release = await releaseFor(session, bundle);
      const before = keptDecisions(kept);
      // It admits new hosts only; here every host is looked at.
      const decisions = resolve(playbook).decisions.filter(({ id }) => id !== admitHosts.id);
      return await problemsOf(decisions, { ...before, release, bundle, outcomes: vault.outcomes }, before);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return [error, ...(await problemsOf([], {}, {}))];
    }
  };
  const problems = await all();
  return [
    ...checks,
    ...unasked.values(),
    ...problems.filter((problem) => !isSaid(problem, checks)).map(asCheck),
  ];
};

const LOGIN = { code: 'SSH', severity: 'error', ok: true, message: 'answers and lets edgectl in' } as const;

/** Checks the hosts as `init` would before its first change. Leaves no trace. */
export const check = (start: Start, playbook: Playbook): Promise<CheckResult> =>
  withSession(start, async (session) => {
    const silent = [...session.silent.values()].map((problem) => ({ ...asCheck(problem), code: 'SSH' }));
    const reached = session.hosts
      .filter(({ duty }) => duty !== 'operator')
      .map(({ key }) => ({ ...LOGIN, host: key }));
    const found = await decide(session, playbook);
    const lost = new Set(found.flatMap(({ code, host }) => (code === LOGIN.code ? [host] : [])));
    const checks = [...reached.filter(({ host }) => !lost.has(host)), ...silent, ...found];
    return { checks, refused: checks.filter((one) => one.severity === 'error' && stands(one)) };
  });
