import type { Event } from '../engine/event.ts';
import type { RunSummary } from '../engine/journal.ts';
import { duration } from '../support/duration.ts';
import { lineOf } from './line.ts';
import type { Paint } from './paint.ts';
import { table } from './table.ts';
import { count, indent } from './wording.ts';

// `2026-11-21T22:36:44.123Z` as `2026-11-21 22:36:44`, still UTC.
const moment = (at: string): string => at.slice(0, 19).replace('T', ' ');

/** The journals of a cluster as a table, in the order given. Times are UTC. */
export const runsText = (runs: readonly RunSummary[]): string =>
  runs.length === 0
    ? 'no runs yet'
    : table([
        ['RUN', 'STARTED (UTC)', 'VERB', 'BY', 'CHANGES', 'STATE'],
        ...runs.map(({ run, started, verb, operator, changes, state, problems }) => [
          run,
          moment(started),
          verb,
          operator,
          `${changes}`,
          problems.length === 0 ? state : `${state}: ${count(problems.length, 'problem')}`,
        ]),
      ]);

const lineInJournal = (event: Event, colours: Paint): string | undefined =>
  event.type === 'run-finished'
    ? `${event.ok ? colours.good('done') : colours.bad('failed')}: ${count(event.changes, 'change')}, ${count(event.failed, 'failed host')} in ${duration(event.ms)}`
    : lineOf(event, colours);

/** One journal, a line an event with its time of day in UTC; a journal without an end says so. */
export const journalText = (events: readonly Event[], colours: Paint): string => {
  const lines = events.flatMap((event) => {
    const line = lineInJournal(event, colours);
    const [first, ...rest] = line?.split('\n') ?? [];
    if (first === undefined) return [];
    return [`${colours.aside(event.at.slice(11, 19))} ${first}`, ...rest.map((more) => indent(more, 9))];
  });
  const isOver = events.some(({ type }) => type === 'run-finished');
  return [...lines, ...(isOver ? [] : [colours.doubtful('no end: interrupted, or still at work')])].join(
    '\n',
  );
};
