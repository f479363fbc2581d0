import type { Event } from '../engine/event.ts';
import type { Paint } from './paint.ts';
import { sayHint, sayProblem } from './problem.ts';
import { failures, runDocument } from './run.ts';
import { count, duration, indent } from './wording.ts';

/** How a run ended, for its last lines on stdout: what changed, which hosts failed and why, how long it took. */
export const summaryText = (events: readonly Event[], colours: Paint): string => {
  const end = events.findLast((event) => event.type === 'run-finished');
  const { hosts, changes, run } = runDocument(events) ?? { hosts: [], changes: 0, run: '' };
  const after = `${count(changes, 'change')}${end ? ` in ${duration(end.ms)}` : ''}`;
  if (end?.ok && changes === 0)
    return `${colours.good('nothing to change')}: ${count(hosts.length, 'host')} checked in ${duration(end.ms)}`;
  if (end?.ok)
    return `${colours.good('done')}: ${after} on ${count(hosts.filter((host) => host.changes > 0).length, 'host')}`;

  const problems = failures(events).map((problem) => indent(sayProblem(problem) + sayHint(problem, colours)));
  const head =
    problems.length === 0
      ? `${colours.bad('stopped')} after ${after}`
      : `${colours.bad('failed')}: ${problems.length} of ${count(hosts.length, 'host')}, after ${after}`;
  const next = colours.aside(`run it again to go on; journal: edgectl runs show ${run}`);
  return [head, ...problems, next].join('\n');
};
