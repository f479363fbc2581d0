import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { walkAll } from './simulator.ts';

// npm run test:chaos -- [--walks N [--first SEED] [--until-wrong] | --seed N] [--lab N [--arm] [--record FILE]] [--planted]
const { values } = parseArgs({
  options: {
    walks: { type: 'string', default: '10000' },
    seed: { type: 'string' },
    lab: { type: 'string' },
    arm: { type: 'boolean', default: false },
    record: { type: 'string' },
    first: { type: 'string', default: '1' },
    alone: { type: 'boolean', default: false },
    'until-wrong': { type: 'boolean', default: false },
    planted: { type: 'boolean', default: false },
  },
});

const inLab = async (count: number): Promise<boolean> => {
  const { walkInLab } = await import('./lab/all.ts');
  // Without a seed they are new ones with every run.
  const first = values.seed === undefined ? Math.floor(Date.now() / 1000) : Number(values.seed);
  const seeds = Array.from({ length: count }, (_, index) => first + index);
  return walkInLab(seeds, { file: values.record, worker: values.arm ? 'emulated' : 'container' });
};

/** Fewer walks than this are not worth another process. */
const SHARE = 500;

/** Walks on all processors, each its share of the seeds. */
const inParallel = async (walks: number, processes: number): Promise<boolean> => {
  const share = Math.ceil(walks / processes);
  const ended = Array.from({ length: processes }, async (_, index) => {
    const words = [
      '--walks',
      `${Math.min(share, walks - index * share)}`,
      '--first',
      `${1 + index * share}`,
      '--alone',
    ];
    const child = spawn(process.execPath, ['--import', 'tsx', fileURLToPath(import.meta.url), ...words], {
      stdio: 'inherit',
    });
    const [code] = await once(child, 'exit');
    return code === 0;
  });
  return (await Promise.all(ended)).every(Boolean);
};

const run = async (): Promise<boolean> => {
  if (values.planted) return (await import('./planted.ts')).findPlanted(Number(values.walks));
  if (values.lab !== undefined) return inLab(Number(values.lab));
  const walks = Number(values.walks);
  const processes = Math.min(availableParallelism(), Math.floor(walks / SHARE));
  if (values.seed === undefined && !values.alone && processes > 1) return inParallel(walks, processes);
  const seeds =
    values.seed === undefined
      ? Array.from({ length: walks }, (_, index) => Number(values.first) + index)
      : [Number(values.seed)];
  return walkAll(seeds, { all: values.seed !== undefined, untilWrong: values['until-wrong'] });
};

process.exitCode = (await run()) ? 0 : 1;
