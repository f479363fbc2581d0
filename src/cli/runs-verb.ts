import { readRun, runIds } from '../adapters/state/state.ts';
import { readJournal, summarise } from '../engine/journal.ts';
import { jsonText } from '../report/json.ts';
import { paint, wantsColour } from '../report/paint.ts';
import { journalText, runsText } from '../report/runs.ts';
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
  else process.stdout.write(`${runsText(runs)}\n`);
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
  else process.stdout.write(`${journalText(events, paint(wantsColour(process.stdout, process.env)))}\n`);
};
