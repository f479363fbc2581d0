import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { expect, it } from 'vitest';

const { forbidden, options } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs');

type Tree = Readonly<Record<string, string>>;

/** Which rules a source tree of these files breaks, and where: `src/spec/a.ts: spec-imports`. */
const broken = async (files: Tree): Promise<readonly string[]> => {
  const root = mkdtempSync(join(tmpdir(), 'edgectl-rooms-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const { tsConfig: _, ...rest } = options;
    const { output } = await cruise(['src'], {
      ...rest,
      baseDir: root,
      validate: true,
      ruleSet: { forbidden },
    });
    const { violations } = (output as ICruiseResult).summary;
    return [...new Set(violations.map(({ from, rule }) => `${from}: ${rule.name}`))].sort();
  } finally {
    rmSync(root, { recursive: true });
  }
};

/** `src/<room>/<name>.ts`, which imports a file of another room, and that file. */
const importing = (room: string, to: string, name = `to-${to}`, kind = 'import'): Tree => {
  const copy = kind === 'import' ? 'export const copy = thing;' : 'export type Copy = typeof thing;';
  return {
    [`src/${room}/${name}.ts`]: `${kind} { thing } from '../${to}/thing.ts';\n${copy}\n`,
    [`src/${to}/thing.ts`]: 'export const thing = 1;\n',
  };
};

const planted = (imports: readonly (readonly [room: string, to: string])[]): Tree =>
  Object.assign({}, ...imports.map(([room, to]) => importing(room, to)));

it('refuses a planted import that the table of rooms forbids', async () => {
  const imports = [
    ['support', 'spec'],
    ['spec', 'engine'],
    ['engine', 'commands'],
    ['domain', 'engine'],
    ['commands', 'facts'],
    ['facts', 'decisions'],
    ['decisions', 'phases'],
    ['phases', 'ports'],
    ['ports', 'adapters'],
    ['adapters', 'phases'],
    ['actions', 'adapters'],
    ['report', 'actions'],
    ['agent', 'phases'],
    ['hub', 'phases'],
    ['web', 'domain'],
    ['cli', 'phases'],
  ] as const;
  const expected = imports.map(([room, to]) => `src/${room}/to-${to}.ts: ${room}-imports`);
  expect(await broken(planted(imports))).toEqual([...expected].sort());
});

it('lets pass what the table allows', async () => {
  const imports = [
    ['engine', 'spec'],
    ['facts', 'engine'],
    ['phases', 'domain'],
    ['adapters', 'ports'],
    ['actions', 'phases'],
    ['report', 'engine'],
    ['cli', 'adapters'],
  ] as const;
  expect(await broken(planted(imports))).toEqual([]);
});

it('lets phases know the types of decisions, but not their values', async () => {
  expect(
    await broken({
      ...importing('phases', 'decisions', 'types', 'import type'),
      ...importing('phases', 'decisions', 'values'),
    }),
  ).toEqual(['src/phases/values.ts: phases-know-only-the-types-of-decisions']);
});

it('keeps files, sockets and processes to the outer rooms', async () => {
  const modules = ['node:fs', 'node:fs/promises', 'fs', 'node:net', 'node:child_process', 'node:https'];
  const inner = ['phases', 'facts', 'engine', 'spec', 'domain', 'actions', 'hub', 'agent'];
  const outer = ['adapters/ssh', 'cli', 'report', 'hub/serve', 'agent/serve', 'web'];
  const using = (rooms: readonly string[]): Tree =>
    Object.fromEntries(
      rooms.flatMap((room) =>
        modules.map((name) => [
          `src/${room}/${name.replaceAll(/\W/g, '-')}.ts`,
          `import * as io from '${name}';\nexport const copy = io;\n`,
        ]),
      ),
    );
  const wrong = Object.keys(using(inner)).map((path) => `${path}: pure-rooms-touch-nothing`);
  expect(await broken({ ...using(inner), ...using(outer) })).toEqual([...wrong].sort());
});

it('refuses cycles, new rooms, test code and what is not there', async () => {
  const found = await broken({
    'src/engine/a.ts': "import { b } from './b.ts';\nexport const a = () => b;\n",
    'src/engine/b.ts': "import { a } from './a.ts';\nexport const b = () => a;\n",
    ...importing('cli', 'utils'),
    'src/cli/a.ts': "import { thing } from '../../test/b.ts';\nexport const copy = thing;\n",
    'test/b.ts': 'export const thing = 1;\n',
    'src/cli/b.ts': "import './nowhere.ts';\n",
  });
  expect(found).toEqual([
    'src/cli/a.ts: no-test-code',
    'src/cli/b.ts: no-unresolved',
    'src/cli/to-utils.ts: cli-imports',
    'src/cli/to-utils.ts: rooms-are-known',
    'src/engine/a.ts: no-cycles',
  ]);
});
