import { cp, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execOn, labDown } from '../../lab/lab.ts';
import type { Worker } from './draw.ts';
import { commitNow, recordWalk, showLabWalk } from './record.ts';
import { openWalks, type WalkSite } from './stages.ts';
import { labWalk } from './walk.ts';

/** Copies the journals of edgectl and of the nodes out of a lab that goes. */
const keepEvidence = async ({ lab, run, names }: WalkSite, seed: number): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), `edgectl-walk-${seed}-`));
  await cp(join(run.state, 'runs'), join(folder, 'runs'), { recursive: true });
  for (const name of names()) {
    const { stdout } = await execOn(lab.name, name, ['journalctl', '--no-pager', '--output=short-precise']);
    await writeFile(join(folder, `${name}.log`), stdout);
  }
  return folder;
};

/**
 * Walks from seeds, one after another, in a lab of its own; false when any went wrong. Each walk is added to a file as a row,
 * where one is named.
 */
export const walkInLab = async (
  seeds: readonly number[],
  { file, worker }: { readonly file: string | undefined; readonly worker: Worker },
): Promise<boolean> => {
  const commit = file === undefined ? '' : commitNow();
  let site = await openWalks(worker);
  const bad: number[] = [];
  try {
    for (const seed of seeds) {
      process.stdout.write(`seed ${seed} begins at ${new Date().toISOString().slice(11, 19)}\n`);
      const walked = await labWalk(site, seed);
      process.stdout.write(`${showLabWalk(walked)}\n`);
      if (file !== undefined) await recordWalk(file, commit, walked);
      if (walked.wrong.length === 0) continue;
      bad.push(seed);
      process.stdout.write(`  what was said there lies in ${await keepEvidence(site, seed)}\n`);
      // Whatever it left must not be held against the next one.
      await labDown(site.lab.name);
      site = await openWalks(worker);
    }
  } finally {
    await labDown(site.lab.name);
  }
  process.stdout.write(`${seeds.length} walks on real nodes, ${bad.length} went wrong\n`);
  for (const seed of bad)
    process.stdout.write(
      `again: npm run test:chaos -- --lab 1${worker === 'emulated' ? ' --arm' : ''} --seed ${seed}\n`,
    );
  return bad.length === 0;
};
