import { expect, it } from 'vitest';
import { cmd } from '../../../src/engine/command.ts';
import type { Decision } from '../../../src/engine/decision.ts';
import type { Ask, Fact } from '../../../src/engine/fact.ts';
import { decideAll } from '../../../src/engine/planner.ts';
import { isProblems } from '../../../src/support/problem.ts';
import { clusterCase } from '../../support/cases.ts';

const dear: Fact<string> = { name: 'dear', ask: cmd('measure'), parse: (output) => output };
const cheap: Fact<string> = { name: 'cheap', ask: cmd('look'), parse: (output) => output };
type Facts = { readonly dear: typeof dear; readonly cheap: typeof cheap };

const cluster = clusterCase('crossing-17');
const ask = async (_host: unknown, asks: readonly Ask[]) =>
  asks.map((one) => ('parts' in one ? one.parts.join(' ') : ''));

/** Lists what it was told of each host; those of before are not asked. */
const newcomers: Decision<readonly string[], Facts> = {
  id: 'list-newcomers',
  title: 'List the newcomers',
  gives: 'newcomers',
  facts: { dear, cheap },
  questions: ({ host, kept }) => {
    if (kept?.includes(host.key)) return undefined;
    return host.role === 'worker' ? { cheap } : { dear, cheap };
  },
  decide: ({ factsByHost, kept = [] }) => [
    ...kept,
    ...Object.entries(factsByHost).map(([key, found]) => `${key}: ${Object.values(found).join(', ')}`),
  ],
};
const everybody: Decision<number, { readonly cheap: typeof cheap }> = {
  id: 'count-hosts',
  title: 'Count the hosts',
  gives: 'count',
  facts: { cheap },
  decide: ({ factsByHost }) => Object.keys(factsByHost).length,
};

const decide = async (kept: Readonly<Record<string, unknown>>) => {
  const decided = await decideAll<{ newcomers: readonly string[]; count: number }>(
    [newcomers as never, everybody as never],
    { cluster, hosts: cluster.hosts, known: {}, run: 'r1' },
    kept,
    { ask },
  );
  if (isProblems(decided)) throw decided.problems[0];
  return decided.known;
};

it('asks each host what the decision wants of it, and leaves out the hosts that it does not ask', async () => {
  expect(await decide({ newcomers: ['box-a', 'box-b'] })).toEqual({
    newcomers: ['box-a', 'box-b', 'box-c: measure, look', 'cam-north: look'],
    count: 4,
  });
});

it('asks all of them before there is anything kept', async () => {
  expect((await decide({})).newcomers).toEqual([
    'box-a: measure, look',
    'box-b: measure, look',
    'box-c: measure, look',
    'cam-north: look',
  ]);
});
