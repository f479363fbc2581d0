import type { DebPackage } from './package.ts';
import type { PackageSet } from './package-set.ts';
import { groupText } from './relation.ts';

/** A package whose Conflicts or Breaks name another one that would be beside it. */
export interface Refusal {
  readonly one: DebPackage;
  readonly relation: string;
  readonly other: DebPackage;
}

/** All that a package refuses among those on a board. It never refuses itself, nor another build of itself. */
export const refusals = (one: DebPackage, board: PackageSet<DebPackage>): readonly Refusal[] =>
  one.refuses().flatMap((group) =>
    group
      .flatMap((relation) => board.satisfying(relation))
      .filter((other) => other.name !== one.name)
      .map((other) => ({ one, relation: groupText(group), other })),
  );
