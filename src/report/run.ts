import type { Event, ProblemData } from '../engine/event.ts';
import { byName } from './wording.ts';

/** What a verb that changes hosts leaves on stdout with `--output json`. */
export interface RunDocument {
  readonly run: string;
  readonly changes: number;
  readonly failed: number;
  readonly hosts: readonly { readonly name: string; readonly changes: number; readonly ok: boolean }[];
}

const hostsOf = (event: Event): readonly string[] => {
  if (event.type === 'planned') return event.phases.flatMap(({ hosts }) => hosts.map(({ host }) => host));
  return 'host' in event ? [event.host] : [];
};

/** The problems that made hosts fail, each with its host. */
export const failures = (events: readonly Event[]): readonly ProblemData[] =>
  events.flatMap((event) => (event.type === 'host-failed' ? [{ ...event.problem, host: event.host }] : []));

/** What the events of one run say of its hosts, in the order of their names. Undefined for no run. */
export const runDocument = (events: readonly Event[]): RunDocument | undefined => {
  const started = events.find((event) => event.type === 'run-started');
  if (started === undefined) return undefined;
  const failed = new Set(failures(events).map(({ host }) => host));
  const done = new Map<string, number>();
  for (const event of events) {
    for (const host of hostsOf(event)) if (!done.has(host)) done.set(host, 0);
    if (event.type === 'change-done') done.set(event.host, (done.get(event.host) ?? 0) + 1);
  }
  const hosts = [...done]
    .sort(([a], [b]) => byName(a, b))
    .map(([name, changes]) => ({ name, changes, ok: !failed.has(name) }));
  return {
    run: started.run,
    changes: hosts.reduce((sum, { changes }) => sum + changes, 0),
    failed: failed.size,
    hosts,
  };
};
