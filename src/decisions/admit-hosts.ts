import type { Seated } from '../domain/firewall/needed-ports.ts';
import type { Decision } from '../engine/decision.ts';
import { nodes } from '../spec/cluster.ts';
import { Problem } from '../support/problem.ts';
import { type Check, checksOf, stands } from './preflight/checks.ts';
import { facts, nodesAmong, questionsFor, wayOf } from './preflight/questions.ts';

/** The hosts that passed their checks once, by key, with what was waived on them; and what this run has to say about it. */
export interface Admitted {
  readonly hosts: Readonly<Record<string, readonly string[]>>;
  readonly said: readonly string[];
}

// The decision about architectures refuses these hosts itself, by name.
const REFUSED_ELSEWHERE = ['ARCHITECTURE'];

const refusal = ({ code, host, message, hint }: Check): Problem =>
  new Problem('PREFLIGHT_REFUSED', `${code}: ${message}`, { host, hint });

const wasAdmitted = (kept: Admitted | undefined, key: string): boolean =>
  kept !== undefined && key in kept.hosts;

const waivers = (checks: readonly Check[]): readonly string[] =>
  checks.flatMap(({ code, waived }) => (waived === undefined ? [] : [`${code}: ${waived}`]));

/**
 * Lets a host into the cluster when no check of severity error fails on it, or the cluster file waives it. A host that was
 * admitted once is not asked again, so a settled cluster pays nothing for it: `edgectl check` looks at all of them. Beside a new
 * host it only tells how it and that one reach each other.
 */
export const admitHosts: Decision<Admitted, typeof facts, Seated> = {
  id: 'admit-hosts',
  title: 'Check new hosts',
  gives: 'admitted',
  facts,
  questions: ({ cluster, host, hosts, known, kept }) => {
    const isFresh = (key: string) => !wasAdmitted(kept, key);
    const guest = { cluster, host, known, nodes: nodesAmong(cluster, hosts), isFresh };
    return isFresh(host.key) ? questionsFor(guest) : wayOf(guest);
  },

  decide({ cluster, factsByHost, known, kept }) {
    const isNew = ([key]: readonly [string, unknown]) => !wasAdmitted(kept, key);
    const fresh = Object.fromEntries(Object.entries(factsByHost).filter(isNew));
    const checks = checksOf(cluster, fresh, { known, peers: factsByHost });
    const problems = checks.filter(
      (check) => check.severity === 'error' && stands(check) && !REFUSED_ELSEWHERE.includes(check.code),
    );
    if (problems.length > 0) return { problems: problems.map(refusal) };

    const hosts = nodes(cluster).flatMap(({ key }): [string, readonly string[]][] => {
      const before = kept?.hosts[key];
      if (fresh[key]) return [[key, waivers(checks.filter(({ host }) => host === key))]];
      return before ? [[key, before]] : [];
    });
    const said = checks.flatMap(({ code, host, ok, message, hint, waived }) => {
      if (ok) return [];
      return [`${host}: ${code}: ${message} (${waived === undefined ? hint : `waived: ${waived}`})`];
    });
    return { hosts: Object.fromEntries(hosts), said };
  },

  explain: ({ said }) => said,
};
