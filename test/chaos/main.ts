import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { walkAll } from './simulator.ts';

// npm run test:chaos -- [--walks N | --seed N] [--lab N [--record]] [--planted]
const { values } = parseArgs({
  options: {
    walks: { type: 'string', default: '10000' },
    seed: { type: 'string' },
    lab: { type: 'string' },
    record: { type: 'boolean', default: false },
    planted: { type: 'boolean', default: false },
  },
});

/** New seeds with every commit, and the same ones with the same commit. */
const seedOfCommit = (): number =>
  Number.parseInt(
    execFileSync('git', ['rev-parse', '--short=7', 'HEAD'], { encoding: 'utf8' }).slice(0, 7),
    16,
  );

const inLab = async (count: number): Promise<boolean> => {
  const { labDown } = await import('../lab/lab.ts');
  const { labWalk, openWalks } = await import('./lab/walk.ts');
  const { recordWalk, showLabWalk } = await import('./lab/record.ts');
  const first = values.seed === undefined ? seedOfCommit() : Number(values.seed);
  const site = await openWalks();
  let ok = true;
  try {
    for (let seed = first; seed < first + count; seed++) {
      process.stdout.write(`seed ${seed}: npm run test:chaos -- --lab 1 --seed ${seed}\n`);
      const walked = await labWalk(site, seed);
      process.stdout.write(`${showLabWalk(walked)}\n`);
      if (values.record) await recordWalk(walked);
      ok &&= walked.wrong.length === 0;
    }
  } finally {
    await labDown(site.lab.name);
  }
  return ok;
};

const run = async (): Promise<boolean> => {
  if (values.planted) return (await import('./planted.ts')).findPlanted(Number(values.walks));
  if (values.lab !== undefined) return inLab(Number(values.lab));
  const seeds =
    values.seed === undefined
      ? Array.from({ length: Number(values.walks) }, (_, index) => index + 1)
      : [Number(values.seed)];
  return walkAll(seeds, values.seed !== undefined);
};

process.exitCode = (await run()) ? 0 : 1;
