import { say } from '../machine.ts';
import type { Driven } from './drive.ts';

/** Of all cores' time, in percent: above that the machine's host had other work, and a round says little. */
const MOST_STOLEN = 2;
/** How often a round is repeated because of that; the last one counts, however it was. */
const MOST_REPEATS = 2;

type Run = Pick<Driven, 'seconds' | 'work'>;

/** The rounds of a bench, and what the machine's host took away in each, in percent of all cores' time. */
export interface Rounds {
  /** Runs a case so many times; a round of which too much was stolen again. */
  run<R extends Run>(name: string, one: () => Promise<R>): Promise<readonly R[]>;
  readonly counted: readonly number[];
  readonly repeated: readonly number[];
}

/** Seconds until the last node had everything; without one that counts for itself. */
export const last = ({ seconds }: Pick<Run, 'seconds'>, without?: string): number =>
  Math.max(...Object.entries(seconds).flatMap(([key, own]) => (key === without ? [] : [own])));

/** A number of rounds for each case. */
export const roundsOf = (rounds: number): Rounds => {
  const counted: number[] = [];
  const repeated: number[] = [];
  return {
    counted,
    repeated,
    async run<R extends Run>(name: string, one: () => Promise<R>) {
      const runs: R[] = [];
      let repeats = 0;
      while (runs.length < rounds) {
        const run = await one();
        const { cores, stolen } = run.work;
        const isBad = stolen > MOST_STOLEN && repeats < MOST_REPEATS;
        say(
          `${name}: ${last(run).toFixed(2)} s, ${cores.toFixed(2)} cores busy, ${stolen.toFixed(1)} % stolen${isBad ? ': again' : ''}`,
        );
        (isBad ? repeated : counted).push(stolen);
        repeats = isBad ? repeats + 1 : 0;
        if (!isBad) runs.push(run);
      }
      return runs;
    },
  };
};
