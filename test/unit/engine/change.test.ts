import { expect, it } from 'vitest';
import { type Change, together } from '../../../src/engine/change.ts';
import { cmd } from '../../../src/engine/command.ts';

const file = (path: string): Change => ({
  says: `write ${path}`,
  run: { file: { path, mode: '0600', content: [path] } },
});
const command = (word: string): Change => ({ says: word, run: { command: cmd(word) } });

it('carries out files that follow each other at once, and everything else one by one', () => {
  const changes = [command('stop'), file('/a'), file('/b'), command('reload'), command('start'), file('/c')];
  expect(together(changes).map((group) => group.map(({ says }) => says))).toEqual([
    ['stop'],
    ['write /a', 'write /b'],
    ['reload'],
    ['start'],
    ['write /c'],
  ]);
  expect(together([])).toEqual([]);
});

it('mints secrets at once that do not build on each other', () => {
  const mint = (name: string, kind: 'ca' | 'token' | 'client'): Change => ({
    says: `mint ${name}`,
    run: { mint: { name, kind } },
  });
  const changes = [mint('ca', 'ca'), mint('token', 'token'), mint('operator', 'client'), file('/a')];
  expect(together(changes).map((group) => group.map(({ says }) => says))).toEqual([
    ['mint ca', 'mint token'],
    ['mint operator'],
    ['write /a'],
  ]);
});
