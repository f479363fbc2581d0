import { expect, it } from 'vitest';
import { askGroups } from '../../../src/engine/ask.ts';
import { cmd } from '../../../src/engine/command.ts';
import type { Ask, Fact, Probe } from '../../../src/engine/fact.ts';
import { clusterCase } from '../../support/cases.ts';

const uptime = (): Fact<string> => ({
  name: 'uptime',
  ask: cmd('uptime'),
  parse: (output) => `up ${output}`,
});
const loud: Fact<string> = { name: 'loud', ask: cmd('uptime'), parse: (output) => output.toUpperCase() };
const probe: Probe<string> = {
  name: 'probe',
  ask: (run) => cmd('probe', run),
  sweep: cmd('sweep'),
  parse: (output) => output,
};

it('asks once what several phases want to know, a sweep before its probe, and reads it for each', async () => {
  const { control } = clusterCase('crossing-17');
  const asked: Ask[] = [];
  const world = {
    ask: async (_host: unknown, asks: readonly Ask[]) => {
      asked.push(...asks);
      return asks.map((ask) => ('parts' in ask ? ask.parts.join(' ') : ''));
    },
  };
  const groups = [{ one: uptime(), probe }, { two: loud }, {}, { again: uptime(), probe }];

  expect(await askGroups<Record<string, Fact<string> | Probe<string>>>(world, control, 'r1', groups)).toEqual(
    [
      { one: 'up uptime', probe: 'probe r1' },
      { two: 'UPTIME' },
      {},
      { again: 'up uptime', probe: 'probe r1' },
    ],
  );
  expect(asked).toEqual([cmd('uptime'), cmd('sweep'), cmd('probe', 'r1')]);
});

it('reads what was not answered as silence', async () => {
  const { control } = clusterCase('crossing-17');
  const [answers] = await askGroups({ ask: async () => [] }, control, 'r1', [{ loud, up: uptime() }]);
  expect(answers).toEqual({ loud: '', up: 'up ' });
});
