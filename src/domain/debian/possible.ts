import type { ArchivedPackage } from './package.ts';

/** What one group could be satisfied with: `met` when the board has it already. */
interface Offer {
  readonly met: boolean;
  readonly options: readonly ArchivedPackage[];
}

/**
 * Tells whether all that a package needs, and all that this needs in turn, can be had. A ring of packages that need
 * each other can; so this is the greatest set in which every group has an option (a greatest fixed point).
 */
export const possibility = (
  offersOf: (one: ArchivedPackage) => readonly Offer[],
): ((one: ArchivedPackage) => boolean) => {
  const judged = new Map<ArchivedPackage, readonly Offer[]>();
  const impossible = new Set<ArchivedPackage>();

  const reach = (start: ArchivedPackage): readonly ArchivedPackage[] => {
    const found = new Set([start]);
    for (const one of found) {
      const open = offersOf(one).filter(({ met }) => !met);
      judged.set(one, open);
      for (const { options } of open)
        for (const option of options) if (!judged.has(option)) found.add(option);
    }
    return [...found];
  };

  const can = (one: ArchivedPackage): boolean =>
    (judged.get(one) ?? []).every(({ options }) => options.some((option) => !impossible.has(option)));

  const judge = (start: ArchivedPackage): void => {
    let left = reach(start);
    for (;;) {
      const stay = left.filter(can);
      if (stay.length === left.length) return;
      const fit = new Set(stay);
      for (const one of left) if (!fit.has(one)) impossible.add(one);
      left = stay;
    }
  };

  return (one) => {
    if (!judged.has(one)) judge(one);
    return !impossible.has(one);
  };
};
