import { Problem } from '../../support/problem.ts';
import { chainText, lacks, title } from './lacks.ts';
import type { DebPackage } from './package.ts';
import type { PackageSet } from './package-set.ts';
import { type Refusal, refusals } from './refusals.ts';
import type { Group } from './relation.ts';
import { type Brought, isMet, pick, place, type Search, settle, upgrade } from './search.ts';

/** The newcomer that took the place of what satisfied a group before. */
const culprit = (search: Search, before: PackageSet<DebPackage>, group: Group): Brought | undefined =>
  group
    .flatMap((relation) => before.satisfying(relation))
    .map(({ name }) => search.brought.get(name))
    .find((found) => found !== undefined);

// What was broken on the board before is none of our business.
const unmet = (search: Search, before: PackageSet<DebPackage>, one: DebPackage): readonly Group[] =>
  one
    .needs()
    .filter((group) => !isMet(search.board, group) && (search.brought.has(one.name) || isMet(before, group)));

/**
 * Brings what is needed because a newcomer took the place of an older version: a later version of the package that
 * needed the old one, or another alternative. True when something was brought; else `problems` has what stays unmet.
 */
const mendNeeds = (search: Search, before: PackageSet<DebPackage>, board: string, problems: Problem[]) => {
  for (const one of search.board.all())
    for (const group of unmet(search, before, one)) {
      const newcomer = search.brought.get(one.name);
      const by = newcomer ?? culprit(search, before, group);
      if (!newcomer && upgrade(search, one, by)) return true;
      const other = pick(search, group);
      if (other) {
        settle(search, place(search, other, by));
        return true;
      }
      const who = newcomer ? chainText(newcomer) : `, wanted by ${title(one)}, which the board has`;
      problems.push(lacks(board, search.candidates, group, who));
    }
  return false;
};

const clashOf = (search: Search, { one, relation, other }: Refusal, board: string): Problem => {
  const how = (found: DebPackage): string => {
    const brought = search.brought.get(found.name);
    if (!brought) return `${title(found)} is on the board`;
    return brought.by
      ? `${title(found)} is brought${chainText(brought.by)}`
      : `the pins name ${title(found)}`;
  };
  const text = `${one.name} does not go with ${relation}: ${how(one)}; ${how(other)}`;
  return new Problem('DEBS_UNSATISFIABLE', `${board}: ${text}`, {
    hint: 'a bundle removes nothing from a board: name another package or version',
  });
};

/** Brings later versions of what the board has and newcomers do not go with. True when something was brought. */
const mendClashes = (search: Search, board: string, problems: Problem[]): boolean => {
  for (const one of search.board.all())
    for (const refusal of refusals(one, search.board)) {
      const [mine, theirs] = [search.brought.get(one.name), search.brought.get(refusal.other.name)];
      if (!mine && !theirs) continue;
      if (mine && !theirs && upgrade(search, refusal.other, mine)) return true;
      if (!mine && theirs && upgrade(search, one, theirs)) return true;
      problems.push(clashOf(search, refusal, board));
    }
  return false;
};

/** Mends until nothing is left to bring; what cannot be mended is returned. Each round brings one more name, so it ends. */
export const mend = (search: Search, before: PackageSet<DebPackage>, board: string): readonly Problem[] => {
  for (;;) {
    const problems: Problem[] = [];
    if (!mendNeeds(search, before, board, problems) && !mendClashes(search, board, problems)) return problems;
  }
};
