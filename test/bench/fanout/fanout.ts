import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Figure, type Found, median } from '../figure.ts';
import { scratch } from '../scratch.ts';
import { BESIDE, FASTEST, MOST_NODES, ODD_ONE, PLAIN, SLOW, SMALL, USUAL } from './cases.ts';
import { beside, plainTcp } from './peers/beside.ts';
import { makePrograms } from './programs.ts';
import { last, type Rounds, roundsOf } from './rounds.ts';
import { bytesOf, runCase, type Site, type Trouble, wireSeconds } from './run-case.ts';
import { keyOf } from './send-along.ts';

const MEMORY_LIMIT_MB = 150;
const OTHERS_LIMIT = 1.07;
const SLOW_LIMIT = 10.7;
/** A link's own overhead, and nothing twice. */
const RESUMED_LIMIT = 1.06;

const FAULTS: readonly (readonly [name: string, limit: number, trouble: Trouble])[] = [
  [
    'kill',
    0.5,
    { victim: ODD_ONE, happens: (network, victim) => network.kill(victim), ends: async () => {} },
  ],
  [
    'cut',
    2,
    {
      victim: ODD_ONE,
      happens: (network, victim) => network.cable(victim, 'out'),
      ends: (network, victim) => network.cable(victim, 'in'),
    },
  ],
];

const plainFigures = async (rounds: Rounds, at: Site): Promise<{ figures: Figure[]; usual: number }> => {
  const figures: Figure[] = [];
  let usual = 0;
  for (const of of [...PLAIN, SMALL]) {
    const runs = await rounds.run(of.name, () => runCase(of, at));
    const name = `fanout.${of.name}`;
    const { limit } = of;
    figures.push(
      { case: name, unit: 'ratio', limit, rounds: runs.map((run) => last(run) / wireSeconds(of)) },
      { case: `${name}-cores`, unit: 'cores', limit: null, rounds: runs.map(({ work }) => work.cores) },
    );
    if (of === USUAL) usual = median(runs.map((run) => last(run)));
    if (of === FASTEST) figures.push(...(await plainTcp(of, at, rounds)));
    if (of === MOST_NODES)
      figures.push({
        case: `fanout.memory-${of.nodes}`,
        unit: 'MB',
        limit: MEMORY_LIMIT_MB,
        rounds: runs.map(({ memory }) => memory / 1e6),
      });
  }
  return { figures, usual };
};

const slowFigures = async (rounds: Rounds, at: Site): Promise<readonly Figure[]> => {
  const runs = await rounds.run('slow', () => runCase(SLOW, at));
  const wire = wireSeconds(SLOW);
  const figure = (name: string, unit: Figure['unit'], limit: number | null, of: readonly number[]) => ({
    case: `fanout.slow-${name}`,
    ...{ unit, limit, rounds: of },
  });
  return [
    figure(
      'others',
      'ratio',
      OTHERS_LIMIT,
      runs.map((run) => last(run, keyOf(ODD_ONE)) / wire),
    ),
    figure(
      'itself',
      'ratio',
      SLOW_LIMIT,
      runs.map((run) => last(run) / wire),
    ),
    figure(
      'measuring',
      's',
      null,
      runs.map(({ measuringSeconds }) => measuringSeconds),
    ),
  ];
};

const faultFigures = async (rounds: Rounds, at: Site, usual: number): Promise<readonly Figure[]> => {
  const figures: Figure[] = [];
  for (const [name, limit, trouble] of FAULTS) {
    const runs = await rounds.run(name, () => runCase(USUAL, at, trouble));
    figures.push(
      {
        case: `fanout.${name}-adds`,
        unit: 's',
        limit,
        rounds: runs.map((run) => last(run, keyOf(ODD_ONE)) - usual),
      },
      {
        case: `fanout.${name}-resumes`,
        unit: 'ratio',
        limit: RESUMED_LIMIT,
        rounds: runs.map(({ resumed, told }) => resumed / (bytesOf(USUAL) - told)),
      },
    );
  }
  return figures;
};

const stealFigures = ({ counted, repeated }: Rounds): readonly Figure[] =>
  [
    { case: 'fanout.stolen', unit: '%', limit: null, rounds: counted } as const,
    { case: 'fanout.stolen-repeated', unit: '%', limit: null, rounds: repeated } as const,
  ].filter(({ rounds }) => rounds.length > 0);

/** Bringing content to many nodes: the chain against the time that one link alone needs for the bytes, and its peers. */
export const fanout = (count: number): Promise<Found> =>
  scratch(async (keep) => {
    const folder = await mkdtemp(join(process.env['TMPDIR'] ?? tmpdir(), 'edgectl-fanout-'));
    keep(folder);
    const at = { folder, programs: await makePrograms(folder) };
    const rounds = roundsOf(count);
    const { figures, usual } = await plainFigures(rounds, at);
    const slow = await slowFigures(rounds, at);
    const faults = await faultFigures(rounds, at, usual);
    const peers = await beside(BESIDE, at);
    return {
      figures: [...figures, ...slow, ...faults, ...peers.figures, ...stealFigures(rounds)],
      notes: peers.notes,
    };
  });
