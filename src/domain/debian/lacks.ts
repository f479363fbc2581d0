import { Problem } from '../../support/problem.ts';
import type { Candidates } from './candidates.ts';
import type { ArchivedPackage, DebPackage } from './package.ts';
import { type Group, groupText } from './relation.ts';
import type { Brought } from './search.ts';

/** A package as messages name it. */
export const title = ({ name, version }: DebPackage): string => `${name} ${version}`;

/** Who wants a package, from the nearest on: `, wanted by b 1.0, wanted by a 1.0`; empty when the pins name it. */
export const chainText = (by: Brought | undefined): string =>
  by ? `, wanted by ${title(by.one)}${chainText(by.by)}` : '';

/** DEBS_UNSATISFIABLE: nothing satisfies a group. `wanted` is a text of `chainText`. */
export const lacks = (board: string, candidates: Candidates, group: Group, wanted: string): Problem => {
  const there = group.flatMap(({ name }) => candidates.named(name) ?? []).map(title);
  const why = there.length > 0 ? `the archives have ${[...new Set(there)].join(', ')}` : 'no archive has it';
  return new Problem('DEBS_UNSATISFIABLE', `${board}: ${groupText(group)}: ${why}${wanted}`, {
    hint: 'name a suite that has it, pin another version, or list in `present` what the board has',
  });
};

/** What is missing for packages that cannot be had: every group that nothing satisfies, once, with the chain to it. */
export const missingOf = (of: {
  readonly roots: readonly ArchivedPackage[];
  readonly board: string;
  readonly candidates: Candidates;
  readonly isMet: (group: Group) => boolean;
  readonly possible: (one: ArchivedPackage) => boolean;
}): readonly Problem[] => {
  const seen = new Set<ArchivedPackage>();
  const said = new Map<string, Problem>();
  const visit = (brought: Brought): void => {
    if (seen.has(brought.one)) return;
    seen.add(brought.one);
    for (const group of brought.one.needs()) {
      const options = of.candidates.options(group);
      if (of.isMet(group) || options.some(of.possible)) continue;
      const text = groupText(group);
      if (options.length === 0 && !said.has(text))
        said.set(text, lacks(of.board, of.candidates, group, chainText(brought)));
      for (const one of options) visit({ one, by: brought });
    }
  };
  for (const one of of.roots) if (!of.possible(one)) visit({ one, by: undefined });
  return [...said.values()];
};
