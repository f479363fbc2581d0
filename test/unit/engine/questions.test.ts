import { expect, it } from 'vitest';
import { cmd } from '../../../src/engine/command.ts';
import type { Decision } from '../../../src/engine/decision.ts';
import type { Ask, Fact, PairProbe } from '../../../src/engine/fact.ts';
import { decideAll } from '../../../src/engine/planner.ts';
import type { World } from '../../../src/engine/world.ts';
import type { Host } from '../../../src/spec/cluster.ts';
import { isProblems, Problem } from '../../../src/support/problem.ts';
import { clusterCase } from '../../support/cases.ts';

const dear: Fact<string> = { name: 'dear', ask: cmd('measure'), parse: (output) => output };
const cheap: Fact<string> = { name: 'cheap', ask: cmd('look'), parse: (output) => output };
type Facts = { readonly dear: typeof dear; readonly cheap: typeof cheap };

const cluster = clusterCase('crossing-17');
const ask = async (_host: unknown, asks: readonly Ask[]) =>
  asks.map((one) => ('parts' in one ? one.parts.join(' ') : ''));

const meet: World['meet'] = async (parties) => {
  const listening = parties.map(({ host, listen }) => `${host.key}:${listen.parts.join(' ')}`).join(' ');
  return parties.map(({ dial }) => `${dial.parts.join(' ')} ${listening}`);
};

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
    { ask, meet },
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

const others: PairProbe<string> = {
  name: 'others',
  listen: (run) => cmd('wait', run),
  ask: (run) => cmd('dial', run),
  parse: (output) => output.toUpperCase(),
};
/** Tells what each host but the second one found out about the others. */
const meeting: Decision<object, { readonly cheap: typeof cheap; readonly others: typeof others }> = {
  id: 'note-others',
  title: 'Note the others',
  gives: 'others',
  facts: { cheap, others },
  questions: ({ host }) => (host.key === 'box-b' ? { cheap } : { cheap, others }),
  decide: ({ factsByHost }) => factsByHost,
};

it('asks hosts about each other once all have answered, and leaves out those that did not', async () => {
  const silent = cluster.hosts[2];
  const asking = async (host: Host, asks: readonly Ask[]) => {
    if (host.key === silent?.key) throw new Error('gone');
    return ask(host, asks);
  };
  const at = { cluster, hosts: cluster.hosts, known: {}, run: 'r1' };
  const decided = await decideAll<{ others: object }>([meeting as never], at, {}, { ask: asking, meet });
  if (isProblems(decided)) throw decided.problems[0];
  expect([...decided.silent.keys()]).toEqual([silent?.key]);
  const heard = 'DIAL R1 BOX-A:WAIT R1 CAM-NORTH:WAIT R1';
  expect(decided.known.others).toEqual({
    'box-a': { cheap: 'look', others: heard },
    'box-b': { cheap: 'look' },
    'cam-north': { cheap: 'look', others: heard },
  });
});

it('tells who could not be asked beside what the others are refused for', async () => {
  const why = new Problem('SUDO_REFUSED', 'no sudo', { host: 'box-a' });
  const asking = async (host: Host, asks: readonly Ask[]) => {
    if (host.key === 'box-a') throw why;
    return ask(host, asks);
  };
  const no = { problems: [new Problem('TOO_FEW_MASTERS', 'one is missing')] };
  const refusing = { ...meeting, decide: () => no };
  const at = { cluster, hosts: cluster.hosts, known: {}, run: 'r1' };
  const decided = await decideAll([refusing as never], at, {}, { ask: asking, meet });
  expect(decided).toEqual({ ...no, silent: new Map([['box-a', why]]) });
});
