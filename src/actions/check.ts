import type { Known } from '../decisions/index.ts';
import { type Check, preflight, stands } from '../decisions/preflight.ts';
import { decideAll } from '../engine/planner.ts';
import type { Playbook } from '../spec/playbook.ts';
import { isProblems, type Problem } from '../support/problem.ts';
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

/** What the playbook's decisions would refuse, as checks beside the preflight's own. */
const decide = async (session: Session, playbook: Playbook): Promise<readonly Check[]> => {
  const { cluster, kept, vault, run, world } = session;
  const { decisions } = resolve(playbook);
  const bundle = await bundleFor(session).catch((error: Problem) => error);
  if (bundle instanceof Error) return [asCheck(bundle)];
  const release = await releaseFor(session, bundle).catch((error: Problem) => error);
  if (release instanceof Error) return [asCheck(release)];
  const hosts = session.hosts.filter(({ duty }) => duty !== 'operator');
  const known: Partial<Known> = { ...keptDecisions(kept), release, bundle, outcomes: vault.outcomes };
  const decided = await decideAll<Known & { preflight: readonly Check[] }>(
    [preflight as never, ...(decisions as never[])],
    { cluster, hosts, known, run },
    keptDecisions(kept),
    world,
  );
  if (!isProblems(decided)) return decided.known.preflight;
  const alone = await decideAll<{ preflight: readonly Check[] }>(
    [preflight as never],
    { cluster, hosts, known: {}, run },
    {},
    world,
  );
  return [...(isProblems(alone) ? [] : alone.known.preflight), ...decided.problems.map(asCheck)];
};

const LOGIN = { code: 'SSH', severity: 'error', ok: true, message: 'answers and lets edgectl in' } as const;

/** Checks the hosts as `init` would before its first change. Leaves no trace. */
export const check = (start: Start, playbook: Playbook): Promise<CheckResult> =>
  withSession(start, async (session) => {
    const silent = [...session.silent.values()].map((problem) => ({ ...asCheck(problem), code: 'SSH' }));
    const reached = session.hosts
      .filter(({ duty }) => duty !== 'operator')
      .map(({ key }) => ({ ...LOGIN, host: key }));
    const checks = [...reached, ...silent, ...(await decide(session, playbook))];
    return {
      checks,
      refused: checks.filter((one) => one.severity === 'error' && stands(one, session.cluster)),
    };
  });
