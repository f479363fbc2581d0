import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ACCELERATORS } from '../../src/spec/accelerators.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(root + path, 'utf8');
const linesOf = (path: string): number => read(path).trimEnd().split('\n').length;

const filesIn = (folder: string): readonly string[] =>
  readdirSync(root + folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath.slice(root.length)}/${entry.name}`);

const sources = filesIn('src').filter((path) => path.endsWith('.ts'));
const tests = filesIn('test').filter((path) => /\.(ts|mjs)$/.test(path));
const rooms = [...new Set(sources.map((path) => path.split('/')[1] ?? ''))];

describe('the house rules', () => {
  it('no file is longer than 300 lines', () => {
    expect([...sources, ...tests].filter((path) => linesOf(path) > 300)).toEqual([]);
  });

  it('only report and cli print', () => {
    const printers = sources.filter((path) => /\bconsole\.|process\.std(out|err)\.write/.test(read(path)));
    expect(printers.filter((path) => !/^src\/(report|cli)\//.test(path))).toEqual([]);
  });

  it('what takes an accelerator from the registry knows none by its name, so that a new one is a file of its own', () => {
    const named = new RegExp(`['"\`](${ACCELERATORS.join('|')})['"\`]`);
    const takers = sources.filter((path) => /accelerators\/(registry|of-hosts|choose)\.ts'/.test(read(path)));
    expect(takers.length).toBeGreaterThan(5);
    expect(takers.filter((path) => named.test(read(path)))).toEqual([]);
  });

  it('files are named in kebab-case', () => {
    const odd = [...sources, ...tests].filter((path) => !/^[a-z0-9]+([-.][a-z0-9]+)*$/.test(basename(path)));
    expect(odd).toEqual([]);
  });

  it('no room is a drawer', () => {
    const drawers = /^(utils?|helpers?|common|lib|types|misc)$/;
    expect(sources.filter((path) => path.split('/').some((part) => drawers.test(part)))).toEqual([]);
  });

  it.each(rooms)('src/%s says its rule on at most 15 lines', (room) => {
    const readme = `src/${room}/README.md`;
    expect(existsSync(root + readme), `${readme} is missing`).toBe(true);
    expect(linesOf(readme)).toBeLessThanOrEqual(15);
  });

  it('nothing is left to do, and no test is skipped or replaces a module', () => {
    const unfinished = /\b(TODO|FIXME|XXX)\b/;
    const cheats = /\b(it|test|describe)(\.\w+)*\.(skip|only|todo)\b|\bvi\.mock\b/;
    const here = 'test/house/source.test.ts';
    expect([...sources, ...tests].filter((path) => path !== here && unfinished.test(read(path)))).toEqual([]);
    expect(tests.filter((path) => path !== here && cheats.test(read(path)))).toEqual([]);
  });
});
