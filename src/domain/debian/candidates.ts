import { Problem } from '../../support/problem.ts';
import type { ArchivedPackage } from './package.ts';
import { type PackageSet, packageSet } from './package-set.ts';
import type { Group, Relation } from './relation.ts';
import { compareVersions } from './version.ts';

/** A package that the pins name, at one version or at the latest. */
export interface Wanted {
  readonly name: string;
  readonly version?: string;
}

/** The one version of each package that may be chosen, as apt has it: the one that is named, else the latest. */
export interface Candidates {
  readonly named: (name: string) => ArchivedPackage | undefined;
  /** All that satisfy one of the alternatives, the best first. */
  readonly options: (group: Group) => readonly ArchivedPackage[];
  /** Why a package that the pins name cannot be had; undefined when it can. */
  readonly missing: (wanted: Wanted) => Problem | undefined;
}

const byName = (packages: Iterable<ArchivedPackage>): ReadonlyMap<string, readonly ArchivedPackage[]> => {
  const found = new Map<string, ArchivedPackage[]>();
  for (const one of packages) {
    const there = found.get(one.name);
    if (there) there.push(one);
    else found.set(one.name, [one]);
  }
  return found;
};

// Of the same version in two archives the first wins.
const latest = (versions: readonly ArchivedPackage[]): ArchivedPackage | undefined =>
  versions.reduce<ArchivedPackage | undefined>(
    (best, one) => (best && compareVersions(best.version, one.version) >= 0 ? best : one),
    undefined,
  );

const bestFirst =
  ({ name }: Relation) =>
  (a: ArchivedPackage, b: ArchivedPackage): number =>
    Number(b.name === name) - Number(a.name === name) || a.rank - b.rank || (a.name < b.name ? -1 : 1);

const lacking = (
  { name, version }: Wanted,
  versions: readonly ArchivedPackage[],
  candidates: PackageSet<ArchivedPackage>,
): string => {
  const there = [...new Set(versions.map((one) => one.version))];
  if (there.length > 0) return `there is no ${name} ${version}, only ${there.join(', ')}`;
  const providers = candidates.satisfying({ name }).map((one) => one.name);
  return providers.length > 0
    ? `there is no package ${name}, only others that provide it: ${providers.sort().join(', ')}`
    : `there is no package ${name}`;
};

/** The candidates among the packages of some archives for a board of that architecture. */
export const candidatesOf = (
  packages: Iterable<ArchivedPackage>,
  wanted: readonly Wanted[],
  board: string,
): Candidates => {
  const versions = byName(packages);
  const named = new Map(
    wanted.flatMap(({ name, version }) => (version === undefined ? [] : [[name, version]])),
  );
  const candidates = packageSet<ArchivedPackage>(board);
  for (const [name, there] of versions) {
    const version = named.get(name);
    const best = latest(version === undefined ? there : there.filter((one) => one.version === version));
    if (best) candidates.add(best);
  }
  return {
    named: candidates.named,
    options: (group) =>
      group.flatMap((relation) => candidates.satisfying(relation).toSorted(bestFirst(relation))),
    missing(one) {
      if (candidates.named(one.name)) return undefined;
      const why = lacking(one, versions.get(one.name) ?? [], candidates);
      return new Problem('DEBS_UNSATISFIABLE', `${board}: ${why}`, {
        hint: 'check the name, the suite and the components in the pins',
      });
    },
  };
};
