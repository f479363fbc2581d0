import type { Event, ProblemData } from './event.ts';

/** Reads a journal. A torn last line, left by a kill, is ignored; so is any line that is no event. */
export const readJournal = (text: string): readonly Event[] =>
  text.split('\n').flatMap((line) => {
    try {
      const event = JSON.parse(line) as Event;
      return typeof event.type === 'string' && typeof event.at === 'string' ? [event] : [];
    } catch {
      return [];
    }
  });

/** What a journal says about its run. `interrupted`: it has no end, because edgectl was killed or is still at work. */
export interface RunSummary {
  readonly run: string;
  readonly verb: string;
  readonly cluster: string;
  readonly operator: string;
  readonly started: string;
  readonly state: 'done' | 'failed' | 'interrupted';
  readonly changes: number;
  readonly problems: readonly ProblemData[];
}

/** Sums up one journal; undefined when it does not start as one. */
export const summarise = (events: readonly Event[]): RunSummary | undefined => {
  const [first] = events;
  if (first?.type !== 'run-started') return undefined;
  const end = events.findLast((event) => event.type === 'run-finished');
  return {
    run: first.run,
    verb: first.verb,
    cluster: first.cluster,
    operator: first.operator,
    started: first.at,
    state: end ? (end.ok ? 'done' : 'failed') : 'interrupted',
    changes: events.filter(({ type }) => type === 'change-done').length,
    problems: events.flatMap((event) => (event.type === 'host-failed' ? [event.problem] : [])),
  };
};
