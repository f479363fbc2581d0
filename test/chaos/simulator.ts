import { performance } from 'node:perf_hooks';
import { IDLE_PHASES, UNANSWERED } from './model/uncovered.ts';
import { type Walked, walk } from './walk.ts';

const MOST_SHOWN = 20;

const show = ({ seed, cluster, faults, runs, wrong, done }: Walked): string =>
  [
    `seed ${seed}: ${cluster}, ${done} actions on machines`,
    ...faults.map((fault) => `  ${fault}`),
    ...runs.map(({ ended, problems }) => `  run ${ended} ${problems.join('; ')}`),
    ...wrong.map((what) => `  WRONG ${what}`),
  ].join('\n');

/** Walks from all these seeds, shows those that went wrong, or all, and says what was found; false when any went wrong. */
export const walkAll = async (
  seeds: readonly number[],
  { all, untilWrong }: { readonly all: boolean; readonly untilWrong: boolean },
): Promise<boolean> => {
  const began = performance.now();
  let faults = 0;
  let runs = 0;
  let bad = 0;
  let left = 0;
  for (const seed of seeds) {
    const walked = await walk(seed);
    faults += walked.faults.length;
    runs += walked.runs.length;
    left += walked.left;
    if (walked.wrong.length > 0) bad++;
    if (all || (walked.wrong.length > 0 && bad <= MOST_SHOWN)) process.stdout.write(`${show(walked)}\n`);
    if (untilWrong && bad > 0) return false;
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(
    `${seeds.length} walks, ${faults} faults, ${runs} runs of edgectl, ${bad} walks went wrong, ${seconds} s\n` +
      `${left} parts of files were left beside whole ones, until those are written again\n` +
      `the model does not cover ${UNANSWERED.length} questions of the preflight, and the phases ${Object.keys(IDLE_PHASES).join(', ')}\n`,
  );
  return bad === 0;
};
