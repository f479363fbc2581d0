import type { Decision } from '../engine/decision.ts';
import type { Release } from '../spec/release.ts';
import { Problem } from '../support/problem.ts';
import type { Architectures } from './detect-architectures.ts';

/** What the action found at the source, and what was decided before. */
interface Before {
  readonly release?: Release;
  readonly arch?: Architectures;
}

/** Holds what the k3s source offers against what the hosts need. */
export const checkRelease: Decision<Release, Record<string, never>, Before> = {
  id: 'check-release',
  title: 'Check the k3s source',
  gives: 'release',
  facts: {},

  decide({ cluster, known: { release = {}, arch = {} } }) {
    const offered = Object.keys(release).sort().join(' and ') || 'no architecture at all';
    const problems = Object.entries(arch)
      .filter(([, wanted]) => !release[wanted])
      .map(
        ([key, wanted]) =>
          new Problem(
            'ARCH_NOT_IN_SOURCE',
            `${key} is ${wanted}, and the ${cluster.bundle ? 'bundle' : 'k3s source'} has ${offered} for ${cluster.k3s.version}`,
            {
              host: key,
              hint: `add k3s for ${wanted} to ${cluster.bundle?.path ?? cluster.k3s.source}, or take ${key} out of the cluster file`,
            },
          ),
      );
    return problems.length > 0 ? { problems } : release;
  },
};
