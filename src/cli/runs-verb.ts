import { readRun, runIds } from '../adapters/state/state.ts';
import { readJournal, summarise } from '../engine/journal.ts';
import { jsonText } from '../report/json.ts';
import { lineOf } from '../report/line.ts';
import { paint, wantsColour } from '../report/paint.ts';
import { table } from '../report/table.ts';
import { Problem } from '../support/problem.ts';
import { clusterOfText, readText } from './cluster-file.ts';
import type { OutputForm } from './options.ts';
import { foldersOf } from './wire.ts';

interface RunsOptions {
  readonly file: string;
  readonly output: OutputForm;
}

const stateOf = ({ file }: RunsOptions): string =>
  foldersOf(clusterOfText(readText(file), file).cluster).state;

/** All runs of a cluster that this machine has a journal of, oldest first. */
export const listRuns = (options: RunsOptions): void => {
  const state = stateOf(options);
  const runs = runIds(state).flatMap((id) => summarise(readJournal(readRun(state, id) ?? '')) ?? []);
  if (options.output === 'json') process.stdout.write(jsonText({ runs }));
  else if (options.output === 'ndjson')
    for (const run of runs) process.stdout.write(`${JSON.stringify(run)}\n`);
  else {
    const rows = runs.map(({ run, verb, state, changes, operator }) => [
      run,
      verb,
      state,
      String(changes),
      operator,
    ]);
    process.stdout.write(`${table([['RUN', 'VERB', 'STATE', 'CHANGES', 'OPERATOR'], ...rows])}\n`);
  }
};

/** One run's journal. */
export const showRun = (id: string, options: RunsOptions): void => {
  const state = stateOf(options);
  const wanted = id === 'last' ? runIds(state).at(-1) : id;
  const text = wanted === undefined ? undefined : readRun(state, wanted);
  if (text === undefined)
    throw new Problem('RUN_UNKNOWN', `no journal of a run ${id}`, { hint: '`edgectl runs` lists them' });
  const events = readJournal(text);
  if (options.output === 'json') process.stdout.write(jsonText({ ...summarise(events), events }));
  else if (options.output === 'ndjson') process.stdout.write(text);
  else {
    const colours = paint(wantsColour(process.stdout, process.env));
    for (const event of events) {
      const line = lineOf(event, colours);
      if (line !== undefined) process.stdout.write(`${event.at.slice(11, 19)} ${line}\n`);
    }
  }
};
