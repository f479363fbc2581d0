import type { Candidates } from './candidates.ts';
import type { ArchivedPackage, DebPackage } from './package.ts';
import type { PackageSet } from './package-set.ts';
import { refusals } from './refusals.ts';
import type { Group } from './relation.ts';
import { compareVersions } from './version.ts';

/** A package to bring, and the one that wants it; undefined: the pins name it. */
export interface Brought {
  readonly one: ArchivedPackage;
  readonly by: Brought | undefined;
}

/** The state of one search: what would be on the board, and what is brought for that, by name. */
export interface Search {
  readonly board: PackageSet<DebPackage>;
  readonly brought: Map<string, Brought>;
  readonly candidates: Candidates;
  readonly possible: (one: ArchivedPackage) => boolean;
}

/** Whether one of the alternatives is there. */
export const isMet = (on: PackageSet<DebPackage>, group: Group): boolean =>
  group.some((relation) => on.satisfying(relation).length > 0);

/** Puts a package on the board, in the place of the version that was there. */
export const place = ({ board, brought }: Search, one: ArchivedPackage, by: Brought | undefined): Brought => {
  const old = board.named(one.name);
  if (old) board.remove(old);
  board.add(one);
  const found = { one, by };
  brought.set(one.name, found);
  return found;
};

/** The first alternative that can be had, and rather one that refuses nothing on the board. */
export const pick = (search: Search, group: Group): ArchivedPackage | undefined => {
  const options = search.candidates
    .options(group)
    .filter((one) => !search.brought.has(one.name) && search.possible(one));
  return options.find((one) => refusals(one, search.board).length === 0) ?? options[0];
};

/** Brings all that a package needs, each with what it needs itself before the next, as apt does. */
export const settle = (search: Search, brought: Brought): void => {
  for (const group of brought.one.needs()) {
    if (isMet(search.board, group)) continue;
    const one = pick(search, group);
    if (one) settle(search, place(search, one, brought));
  }
};

/** Brings a later version of what the board has; false when there is none. */
export const upgrade = (search: Search, old: DebPackage, by: Brought | undefined): boolean => {
  const one = search.candidates.named(old.name);
  if (!one || search.brought.has(old.name) || !search.possible(one)) return false;
  if (compareVersions(one.version, old.version) <= 0) return false;
  settle(search, place(search, one, by));
  return true;
};
