import type { DebPackage, Provided } from './package.ts';
import { admits, type Relation } from './relation.ts';

/** Packages that are, or would be, on a board together, found by the names they have and give. */
export interface PackageSet<T extends DebPackage> {
  readonly add: (one: T) => void;
  readonly remove: (one: T) => void;
  /** The one of that name and of the board's own architecture. */
  readonly named: (name: string) => T | undefined;
  /** Those that satisfy a relation. */
  readonly satisfying: (relation: Relation) => readonly T[];
  readonly all: () => Iterable<T>;
}

/** Whether a package's architecture is one that a relation accepts (Multi-Arch, as dpkg has it). */
const fitsArch = ({ arch, multiArch }: DebPackage, relation: Relation, board: string): boolean => {
  const own = arch === 'all' || arch === board;
  if (relation.arch === undefined || relation.arch === 'native') return own || multiArch === 'foreign';
  // Neither apt nor dpkg takes another one for `name:any`. A list of names does not say what it is.
  if (relation.arch === 'any') return multiArch === 'allowed' || (own && multiArch === 'unknown');
  return relation.arch === arch || (own && relation.arch === board);
};

const gives = ({ name, version }: Provided, relation: Relation): boolean =>
  name === relation.name &&
  (version === undefined ? relation.operator === undefined : admits(relation, version));

/** Whether a package satisfies a relation, by itself or by what it provides, on a board of that architecture. */
export const satisfies = (one: DebPackage, relation: Relation, board: string): boolean =>
  fitsArch(one, relation, board) &&
  ((one.name === relation.name && admits(relation, one.version)) ||
    one.provides.some((provided) => gives(provided, relation)));

/** An empty set for a board of that architecture. */
export const packageSet = <T extends DebPackage>(board: string): PackageSet<T> => {
  const byName = new Map<string, Set<T>>();
  const namesOf = ({ name, provides }: T) => [name, ...provides.map((each) => each.name)];
  const isOwn = ({ arch }: T) => arch === 'all' || arch === board;

  return {
    add(one) {
      for (const name of namesOf(one)) {
        const there = byName.get(name);
        if (there) there.add(one);
        else byName.set(name, new Set([one]));
      }
    },
    remove(one) {
      for (const name of namesOf(one)) byName.get(name)?.delete(one);
    },
    named: (name) => [...(byName.get(name) ?? [])].find((one) => one.name === name && isOwn(one)),
    satisfying: (relation) =>
      [...(byName.get(relation.name) ?? [])].filter((one) => satisfies(one, relation, board)),
    *all() {
      for (const [name, there] of byName) for (const one of there) if (one.name === name) yield one;
    },
  };
};
