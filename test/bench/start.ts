import { execa } from 'execa';
import { edgectl } from '../init/cli.ts';
import type { Figure } from './figure.ts';
import { timed } from './machine.ts';
import { scratch } from './scratch.ts';

const LIMIT_MS = 80;
const LEAST = 10;

/** What `edgectl --help` costs above an empty Node program, in turn with it. */
export const start = (rounds: number): Promise<readonly Figure[]> =>
  scratch(async (keep) => {
    const run = await edgectl();
    keep(run.state);
    const bare: number[] = [];
    const help: number[] = [];
    // The first pair fills the caches and does not count.
    for (let round = -1; round < Math.max(rounds, LEAST); round++) {
      const empty = await timed(() => execa('node', ['-e', '0'], { stdin: 'ignore' }));
      const ours = await timed(() => run(['--help']));
      if (ours.result.code !== 0) throw new Error(ours.result.stderr);
      if (round < 0) continue;
      bare.push(empty.seconds * 1000);
      help.push(ours.seconds * 1000);
    }
    return [
      { case: 'start.node', unit: 'ms', limit: null, rounds: bare },
      { case: 'start.help', unit: 'ms', limit: null, rounds: help },
      {
        case: 'start.above-node',
        unit: 'ms',
        limit: LIMIT_MS,
        rounds: help.map((ms, round) => ms - (bare[round] ?? Number.NaN)),
      },
    ];
  });
