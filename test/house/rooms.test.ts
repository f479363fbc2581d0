import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { describe, expect, it } from 'vitest';

const { forbidden, options } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs');

/** The names of the rules that a source tree of these files breaks. */
const broken = async (files: Readonly<Record<string, string>>): Promise<readonly string[]> => {
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
    return (output as ICruiseResult).summary.violations.map(({ rule }) => rule.name);
  } finally {
    rmSync(root, { recursive: true });
  }
};

const target = 'export const thing = 1;\n';

/** A file that imports `thing` from another, which is there too. */
const importing = (from: string, to: string, kind = 'import') => ({
  [`src/${from}.ts`]: `${kind} { thing } from '../${to}.ts';\nexport ${kind === 'import' ? 'const' : 'type'} copy = ${kind === 'import' ? 'thing' : 'typeof thing'};\n`,
  [`src/${to}.ts`]: target,
});

describe('a planted import that the table of rooms forbids', () => {
  it.each([
    ['support/a', 'spec/b', 'support-imports'],
    ['spec/a', 'engine/b', 'spec-imports'],
    ['engine/a', 'commands/b', 'engine-imports'],
    ['domain/a', 'engine/b', 'domain-imports'],
    ['commands/a', 'facts/b', 'commands-imports'],
    ['facts/a', 'decisions/b', 'facts-imports'],
    ['decisions/a', 'phases/b', 'decisions-imports'],
    ['phases/a', 'ports/b', 'phases-imports'],
    ['ports/a', 'adapters/b', 'ports-imports'],
    ['adapters/a', 'phases/b', 'adapters-imports'],
    ['actions/a', 'adapters/b', 'actions-imports'],
    ['report/a', 'actions/b', 'report-imports'],
    ['agent/a', 'phases/b', 'agent-imports'],
    ['hub/a', 'phases/b', 'hub-imports'],
    ['web/a', 'domain/b', 'web-imports'],
    ['cli/a', 'phases/b', 'cli-imports'],
  ])('%s of %s breaks %s', async (from, to, rule) => {
    expect(await broken(importing(from, to))).toEqual([rule]);
  });

  it('types of decisions are free to phases, values are not', async () => {
    expect(await broken(importing('phases/a', 'decisions/b', 'import type'))).toEqual([]);
    expect(await broken(importing('phases/a', 'decisions/b'))).toEqual([
      'phases-know-only-the-types-of-decisions',
    ]);
  });

  it.each(['node:fs', 'node:fs/promises', 'fs', 'node:net', 'node:child_process', 'node:https'])(
    '%s is for the outer rooms only',
    async (name) => {
      const text = `import * as io from '${name}';\nexport const copy = io;\n`;
      for (const room of ['phases', 'facts', 'engine', 'spec', 'domain', 'actions', 'hub', 'agent'])
        expect(await broken({ [`src/${room}/a.ts`]: text }), room).toEqual(['pure-rooms-touch-nothing']);
      for (const room of ['adapters/ssh', 'cli', 'report', 'hub/serve', 'agent/serve', 'web'])
        expect(await broken({ [`src/${room}/a.ts`]: text }), room).toEqual([]);
    },
  );

  it('cycles, new rooms and test code', async () => {
    expect(
      await broken({
        'src/engine/a.ts': "import { b } from './b.ts';\nexport const a = () => b;\n",
        'src/engine/b.ts': "import { a } from './a.ts';\nexport const b = () => a;\n",
      }),
    ).toContain('no-cycles');
    expect(await broken(importing('cli/a', 'utils/b'))).toContain('rooms-are-known');
    expect(
      await broken({
        'src/cli/a.ts': "import { thing } from '../../test/b.ts';\nexport const copy = thing;\n",
        'test/b.ts': target,
      }),
    ).toEqual(['no-test-code']);
    expect(await broken({ 'src/cli/a.ts': "import './nowhere.ts';\n" })).toContain('no-unresolved');
  });

  it('what the table allows passes', async () => {
    expect(await broken(importing('cli/a', 'actions/b'))).toEqual([]);
  });
});
