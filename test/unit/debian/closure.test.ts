import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closureOf } from '../../../src/domain/debian/closure.ts';
import { paragraphs } from '../../../src/domain/debian/deb822.ts';
import { type ArchivedPackage, type DebPackage, readArchived } from '../../../src/domain/debian/package.ts';
import { satisfies } from '../../../src/domain/debian/package-set.ts';
import { readPresent } from '../../../src/domain/debian/present.ts';
import { isProblems } from '../../../src/support/problem.ts';

const BOARD = 'arm64';
const HASH = 'a'.repeat(64);

/** An index out of lines `name version | Field: value | …`; what they leave out is filled in. */
const index = (...lines: readonly string[]): readonly ArchivedPackage[] =>
  lines.flatMap((line) => {
    const [title = '', ...fields] = line.split('|').map((part) => part.trim().replaceAll(' or ', ' | '));
    const [name, version, arch = BOARD] = title.split(' ');
    const text = `Package: ${name}\nVersion: ${version}\nArchitecture: ${arch}\nFilename: pool/${name}.deb\nSize: 9\nSHA256: ${HASH}\n${fields.join('\n')}\n`;
    return [...paragraphs(text)].flatMap((each) => readArchived(each, BOARD, 0) ?? []);
  });

/** A status file in the same form. */
const board = (...lines: readonly string[]): readonly DebPackage[] => {
  const text = lines.map((line) => {
    const [title = '', ...fields] = line.split('|').map((part) => part.trim().replaceAll(' or ', ' | '));
    const [name, version, arch = BOARD] = title.split(' ');
    return `Package: ${name}\nStatus: install ok installed\nVersion: ${version}\nArchitecture: ${arch}\n${fields.join('\n')}\n`;
  });
  const found = readPresent(text.join('\n'), 'status', BOARD);
  if (isProblems(found)) throw found.problems[0];
  return found;
};

const closure = (of: {
  readonly index: readonly ArchivedPackage[];
  readonly present?: readonly DebPackage[];
  readonly wanted: string;
}): readonly string[] => {
  const wanted = of.wanted.split(' ').map((text) => {
    const [name = '', version] = text.split('=');
    return version === undefined ? { name } : { name, version };
  });
  const found = closureOf({ packages: of.index, wanted, present: of.present ?? [], board: BOARD });
  return isProblems(found)
    ? found.problems.map(({ message }) => message)
    : found.map(({ one }) => `${one.name}=${one.version}`);
};

describe('the closure', () => {
  it('has the latest version of each package, or the one that is named', () => {
    const packages = index('a 1 | Depends: b', 'b 1.9', 'b 1.10', 'b 1.10~rc1', 'b 9 amd64');
    expect(closure({ index: packages, wanted: 'a' })).toEqual(['a=1', 'b=1.10']);
    expect(closure({ index: packages, wanted: 'a b=1.9' })).toEqual(['a=1', 'b=1.9']);
  });

  it('takes what is there or comes anyway before the first alternative, and the better provider', () => {
    const packages = index(
      'a 1 | Depends: x or y, mail',
      'x 1',
      'y 1',
      'm-optional 1 | Provides: mail | Priority: optional',
      'm-standard 1 | Provides: mail | Priority: standard',
    );
    expect(closure({ index: packages, wanted: 'a' })).toEqual(['a=1', 'm-standard=1', 'x=1']);
    expect(closure({ index: packages, wanted: 'a y' })).toEqual(['a=1', 'm-standard=1', 'y=1']);
    const present = board('y 0.1', 'any-mail 2 | Provides: mail');
    expect(closure({ index: packages, present, wanted: 'a' })).toEqual(['a=1']);
  });

  it('passes over alternatives that cannot be had, or that refuse the board', () => {
    const packages = index(
      'a 1 | Depends: x or y or z',
      'x 1 | Depends: x2',
      'x2 1 | Depends: nothing',
      'y 1 | Conflicts: there',
      'z 1',
    );
    expect(closure({ index: packages, present: board('there 1'), wanted: 'a' })).toEqual(['a=1', 'z=1']);
  });

  it('satisfies a relation with a version by a provider of that version alone', () => {
    const packages = index('a 1 | Depends: v (>= 2)', 'p 1 | Provides: v', 'q 1 | Provides: v (= 2)');
    expect(closure({ index: packages, wanted: 'a' })).toEqual(['a=1', 'q=1']);
  });

  it('lets what is for any architecture be a helper of this one', () => {
    const packages = index(
      'a 1 | Depends: tool:any, doc, far:i386',
      'tool 1 | Multi-Arch: allowed',
      'doc 1 all',
    );
    expect(closure({ index: packages, wanted: 'a' })).toEqual([
      'arm64: far:i386: no archive has it, wanted by a 1',
    ]);
    const strict = index('a 1 | Depends: tool:any', 'tool 1 | Multi-Arch: foreign');
    expect(closure({ index: strict, wanted: 'a' })).toEqual([
      'arm64: tool:any: the archives have tool 1, wanted by a 1',
    ]);
    const present = board('base 1', 'far 1 i386', 'tool 1 i386 | Multi-Arch: allowed');
    expect(closure({ index: packages, present, wanted: 'a' })).toEqual(['a=1', 'doc=1']);
  });

  it('brings nothing that the board has, unless it is older', () => {
    const packages = index('a 2');
    for (const [version, brought] of [
      ['1', ['a=2']],
      ['2', []],
      ['3', []],
    ] as const)
      expect(closure({ index: packages, present: board(`a ${version}`), wanted: 'a' })).toEqual(brought);
    expect(closure({ index: packages, present: board('a 3'), wanted: 'a=2' })).toEqual(['a=2']);
  });

  it('brings later versions of what would break on the board, or says what would', () => {
    const packages = index('lib 2 | Breaks: old-tool (<< 2)', 'lib-dev 2 | Depends: lib (= 2)', 'old-tool 2');
    const present = board(
      'lib 1',
      'lib-dev 1 | Depends: lib (= 1)',
      'old-tool 1',
      'broken-before 1 | Depends: not-there',
    );
    expect(closure({ index: packages, present, wanted: 'lib' })).toEqual([
      'lib=2',
      'lib-dev=2',
      'old-tool=2',
    ]);
    expect(closure({ index: packages.slice(0, 1), present, wanted: 'lib' })).toEqual([
      'arm64: lib (= 1): the archives have lib 2, wanted by lib-dev 1, which the board has',
      'arm64: lib does not go with old-tool (<< 2): the pins name lib 2; old-tool 1 is on the board',
    ]);
  });

  it('names everything that is missing at once, each with the chain that wants it', () => {
    const packages = index(
      'a 1 | Depends: b, gone (>= 1) or gone-too',
      'b 1 | Pre-Depends: c (>= 2)',
      'c 1',
      'd 1 | Depends: b',
    );
    expect(closure({ index: packages, wanted: 'a d' })).toEqual([
      'arm64: c (>= 2): the archives have c 1, wanted by b 1, wanted by a 1',
      'arm64: gone (>= 1) | gone-too: no archive has it, wanted by a 1',
    ]);
    expect(closure({ index: packages, wanted: 'a=9 nobody' })).toEqual([
      'arm64: there is no a 9, only 1',
      'arm64: there is no package nobody',
    ]);
  });
});

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
const relation = fc
  .tuple(fc.constantFrom(...NAMES, 'v'), fc.constantFrom('', '', ' (>= 2)', ' (= 1)', ' (<< 2)'))
  .map(([name, version]) => `${name}${version}`);
const group = fc.array(relation, { minLength: 1, maxLength: 2 }).map((each) => each.join(' or '));
const candidate = fc
  .record({
    name: fc.constantFrom(...NAMES),
    version: fc.constantFrom('1', '2'),
    depends: fc.array(group, { maxLength: 3 }),
    conflicts: fc.array(relation, { maxLength: 1 }),
    provides: fc.constantFrom('', '', 'v', 'v (= 2)'),
  })
  .map(({ name, version, depends, conflicts, provides }) =>
    [
      `${name} ${version}`,
      `Depends: ${depends.join(', ')}`,
      `Conflicts: ${conflicts.join(', ')}`,
      `Provides: ${provides}`,
    ].join(' | '),
  );
const archive = fc.uniqueArray(candidate, {
  selector: (line) => line.split(' | ')[0],
  minLength: 1,
  maxLength: 10,
});

/** Whether packages can be on a board together: all that they need is there, and nothing that they refuse. */
const holds = (all: readonly DebPackage[]): boolean =>
  all.every(
    (one) =>
      one
        .needs()
        .every((needed) => needed.some((each) => all.some((other) => satisfies(other, each, BOARD)))) &&
      one
        .refuses()
        .every((refused) =>
          refused.every((each) =>
            all.every((other) => other.name === one.name || !satisfies(other, each, BOARD)),
          ),
        ),
  );

const subsets = <T>([first, ...rest]: readonly T[]): readonly (readonly T[])[] =>
  first === undefined ? [[]] : subsets(rest).flatMap((each) => [each, [first, ...each]]);

describe('any archive', () => {
  it('gives a closure that holds and has no more than it needs, whatever the order of its index', () => {
    fc.assert(
      fc.property(archive, (lines) => {
        const packages = index(...lines);
        const [{ name } = { name: '' }] = packages;
        const of = { wanted: [{ name }], present: [], board: BOARD };
        const found = closureOf({ ...of, packages });
        const turned = closureOf({ ...of, packages: packages.toReversed() });
        expect(isProblems(turned)).toBe(isProblems(found));
        if (isProblems(found)) return;
        const all = found.map(({ one }) => one);
        expect(isProblems(turned) || turned.map(({ one }) => one)).toEqual(all);
        expect(all.map((one) => one.name)).toContain(name);
        expect(new Set(all.map((one) => one.name)).size).toBe(all.length);
        expect(holds(all)).toBe(true);
        for (const { one, by } of found) expect(by === undefined).toBe(one.name === name);
      }),
      { numRuns: 2000 },
    );
  });

  it('says that something is missing only where no choice of its latest versions would do', () => {
    fc.assert(
      fc.property(archive, (lines) => {
        const packages = index(...lines.map((line) => line.replace(/Conflicts: [^|]*/, 'Conflicts:')));
        const [{ name } = { name: '' }] = packages;
        const found = closureOf({ packages, wanted: [{ name }], present: [], board: BOARD });
        const latest = packages.filter(
          (one) => !packages.some((other) => other.name === one.name && other.version > one.version),
        );
        const possible = subsets(latest).some((all) => all.some((one) => one.name === name) && holds(all));
        expect(!isProblems(found)).toBe(possible);
      }),
      { numRuns: 1000 },
    );
  });
});
