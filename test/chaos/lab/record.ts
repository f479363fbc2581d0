import { appendFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { LabWalked } from './walk.ts';

const PAGE = fileURLToPath(new URL('../../../docs/chaos.md', import.meta.url));

/** A walk as `docs/chaos.md` has it. */
export const showLabWalk = ({ seed, began, seconds, struck, stages, wrong }: LabWalked): string => {
  const how = stages.map(({ says, runs, seconds: last }) => `${says} in ${runs} runs (the last ${last} s)`);
  const end = wrong.length === 0 ? 'recovered' : `WRONG: ${wrong.join('; ')}`;
  return [
    `\n### Seed ${seed}\n`,
    `${began.toISOString().slice(0, 16).replace('T', ' ')}, ${seconds} s, ${struck.length} faults: ${end}. ${how.join(', ')}.\n`,
    ...struck.map((what) => `- ${what}`),
    '',
  ].join('\n');
};

/** Adds a walk to the page. */
export const recordWalk = (walked: LabWalked): Promise<void> => appendFile(PAGE, showLabWalk(walked));
