import { execFileSync } from 'node:child_process';
import { appendFile } from 'node:fs/promises';
import type { LabWalked } from './walk.ts';

const git = (...words: readonly string[]): string => execFileSync('git', words, { encoding: 'utf8' }).trim();

/** The commit that is walked, marked where files differ from it. */
export const commitNow = (): string =>
  git('rev-parse', '--short=7', 'HEAD') + (git('status', '--porcelain', '-uno') === '' ? '' : '+');

const endOf = ({ wrong }: LabWalked): string =>
  wrong.length === 0 ? 'recovered' : `WRONG: ${wrong.join('; ')}`;

// A verb's faults in their order.
const faultsOf = ({ struck }: LabWalked): string =>
  struck
    .map(({ verb, what }, index) => (struck[index - 1]?.verb === verb ? what : `${verb}: ${what}`))
    .join(', ');

/** A walk, told to whoever waits for it. */
export const showLabWalk = (walked: LabWalked): string => {
  const { seed, drawn, seconds, passed, count, secrets } = walked;
  const runs = passed.map((one) => `${one.verb}: ${one.runs} runs, then one of ${one.seconds} s`).join('; ');
  return [
    `seed ${seed}, ${drawn.shape.name}, ${drawn.verbs.join(', ')}: ${count} faults, ${secrets} secrets looked for, ${seconds} s`,
    `  ${faultsOf(walked)}`,
    `  ${runs}`,
    `  ${endOf(walked)}`,
  ].join('\n');
};

/** Adds a walk to a file, as a row of the table in `docs/chaos.md`. */
export const recordWalk = (file: string, commit: string, walked: LabWalked): Promise<void> => {
  const { seed, drawn, count } = walked;
  const cells = [
    String(seed),
    drawn.shape.name,
    drawn.verbs.join(', '),
    `${count}: ${faultsOf(walked)}`,
    commit,
    `${endOf(walked)}, ${walked.seconds} s`,
  ];
  return appendFile(file, `| ${cells.map((cell) => cell.replaceAll('|', '/')).join(' | ')} |\n`);
};
