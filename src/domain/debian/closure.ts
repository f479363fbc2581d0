import type { Problems } from '../../support/problem.ts';
import { candidatesOf, type Wanted } from './candidates.ts';
import { missingOf } from './lacks.ts';
import { mend } from './mend.ts';
import type { ArchivedPackage, DebPackage } from './package.ts';
import { packageSet } from './package-set.ts';
import { possibility } from './possible.ts';
import type { Group } from './relation.ts';
import { type Brought, isMet, place, type Search, settle } from './search.ts';
import { compareVersions } from './version.ts';

const setOf = (packages: readonly DebPackage[], board: string) => {
  const set = packageSet<DebPackage>(board);
  for (const one of packages) set.add(one);
  return set;
};

/**
 * What has to be brought so that a board has the packages that the pins name: they, and all that they depend on
 * (Pre-Depends and Depends) that the board lacks, sorted by name. It chooses as apt does: of each package the named
 * version or the latest; of alternatives what is there already, else the first that can be had; depth first, in the
 * order of the fields. Nothing is ever removed: what conflicts, and all that nothing satisfies, is a problem each
 * (DEBS_UNSATISFIABLE). `board` is the architecture as Debian names it.
 */
export const closureOf = (of: {
  readonly packages: Iterable<ArchivedPackage>;
  readonly wanted: readonly Wanted[];
  readonly present: readonly DebPackage[];
  readonly board: string;
}): readonly Brought[] | Problems => {
  const { wanted, board } = of;
  const candidates = candidatesOf(of.packages, wanted, board);
  const before = setOf(of.present, board);

  const isThere = ({ name, version }: Wanted): boolean => {
    const there = before.named(name)?.version;
    if (there === undefined) return false;
    if (version !== undefined) return there === version;
    const best = candidates.named(name);
    return !best || compareVersions(there, best.version) >= 0;
  };
  const lacking = wanted.filter((each) => !isThere(each));
  const unknown = lacking.flatMap((each) => candidates.missing(each) ?? []);
  if (unknown.length > 0) return { problems: unknown };
  const roots = [...new Set(lacking.flatMap(({ name }) => candidates.named(name) ?? []))];

  const rootNames = new Set(roots.map(({ name }) => name));
  const start = setOf([...of.present.filter(({ name }) => !rootNames.has(name)), ...roots], board);
  const met = (group: Group) => isMet(start, group);
  const possible = possibility((one) =>
    one.needs().map((group) => ({ met: met(group), options: candidates.options(group) })),
  );
  const missing = missingOf({ roots, board, candidates, isMet: met, possible });
  if (missing.length > 0) return { problems: missing };

  const search: Search = { board: setOf(of.present, board), brought: new Map(), candidates, possible };
  const named = roots.map((one) => place(search, one, undefined));
  for (const each of named) settle(search, each);
  const problems = mend(search, before, board);
  if (problems.length > 0) return { problems };
  return [...search.brought.values()].sort((a, b) => (a.one.name < b.one.name ? -1 : 1));
};
