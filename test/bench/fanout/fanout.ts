import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Figure, median } from '../figure.ts';
import { say } from '../machine.ts';
import { scratch } from '../scratch.ts';
import { MOST_NODES, ODD_ONE, PLAIN, SLOW, SMALL, USUAL } from './cases.ts';
import type { Driven } from './drive.ts';
import type { Network } from './network.ts';
import { makePrograms } from './programs.ts';
import { runCase, wireSeconds } from './run-case.ts';
import { keyOf } from './send-along.ts';

const MEMORY_LIMIT_MB = 150;
const OTHERS_LIMIT = 1.07;
const SLOW_LIMIT = 10.7;

const FAULTS: readonly (readonly [
  name: string,
  limit: number,
  happens: (network: Network) => Promise<void>,
])[] = [
  ['kill', 0.5, (network) => network.kill(ODD_ONE)],
  ['cut', 2, (network) => network.cut(ODD_ONE)],
];

/** Seconds until the last node had everything; without one that counts for itself. */
const last = ({ seconds }: Driven, without?: number): number =>
  Math.max(
    ...Object.entries(seconds).flatMap(([key, own]) =>
      without !== undefined && key === keyOf(without) ? [] : [own],
    ),
  );

/** Bringing content to many nodes: the chain against the time that one link alone needs for the bytes. */
export const fanout = (rounds: number): Promise<readonly Figure[]> =>
  scratch(async (keep) => {
    const folder = await mkdtemp(join(process.env['TMPDIR'] ?? tmpdir(), 'edgectl-fanout-'));
    keep(folder);
    const at = { folder, programs: await makePrograms(folder) };
    const times = async (name: string, one: () => Promise<Driven>): Promise<readonly Driven[]> => {
      const all: Driven[] = [];
      for (let round = 0; round < rounds; round++) {
        const driven = await one();
        say(`${name}: ${last(driven).toFixed(2)} s`);
        all.push(driven);
      }
      return all;
    };

    const figures: Figure[] = [];
    let usual = 0;
    for (const of of [...PLAIN, SMALL]) {
      const runs = await times(of.name, () => runCase(of, at));
      const wire = wireSeconds(of);
      if (of === USUAL) usual = median(runs.map((run) => last(run)));
      figures.push({
        case: `fanout.${of.name}`,
        unit: 'ratio',
        limit: of.limit,
        rounds: runs.map((run) => last(run) / wire),
      });
      if (of === MOST_NODES)
        figures.push({
          case: `fanout.memory-${of.nodes}`,
          unit: 'MB',
          limit: MEMORY_LIMIT_MB,
          rounds: runs.map(({ memory }) => memory / 1e6),
        });
    }
    const slow = await times('slow', () => runCase(SLOW, at));
    const wire = wireSeconds(SLOW);
    figures.push(
      {
        case: 'fanout.slow-others',
        unit: 'ratio',
        limit: OTHERS_LIMIT,
        rounds: slow.map((run) => last(run, ODD_ONE) / wire),
      },
      {
        case: 'fanout.slow-itself',
        unit: 'ratio',
        limit: SLOW_LIMIT,
        rounds: slow.map((run) => last(run) / wire),
      },
      {
        case: 'fanout.slow-measuring',
        unit: 's',
        limit: null,
        rounds: slow.map(({ measuringSeconds }) => measuringSeconds),
      },
    );
    for (const [name, limit, happens] of FAULTS) {
      const runs = await times(name, () => runCase(USUAL, at, { victim: ODD_ONE, happens }));
      figures.push({
        case: `fanout.${name}-adds`,
        unit: 's',
        limit,
        rounds: runs.map((run) => last(run, ODD_ONE) - usual),
      });
    }
    return figures;
  });
