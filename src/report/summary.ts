import type { Event, ProblemData } from '../engine/event.ts';
import { duration } from '../support/duration.ts';
import type { Paint } from './paint.ts';
import { sayHint, sayProblem } from './problem.ts';
import { count, indent } from './wording.ts';

/** How a run ended, for its last lines on stdout: what changed, what failed and why, how long it took. */
export const summaryText = (
  events: readonly Event[],
  problems: readonly ProblemData[],
  colours: Paint,
): string => {
  const done = events.filter((event) => event.type === 'change-done');
  const end = events.findLast((event) => event.type === 'run-finished');
  const took = end ? ` in ${duration(end.ms)}` : '';
  const changes = count(done.length, 'change');
  if (end?.ok && done.length === 0) {
    const asked = events.filter(({ type }) => type === 'host-connected').length;
    return `${colours.good('nothing to change')}: ${count(asked, 'host')} checked${took}`;
  }
  if (end?.ok) {
    const hosts = new Set(done.map(({ host }) => host)).size;
    return `${colours.good('done')}: ${changes} on ${count(hosts, 'host')}${took}`;
  }
  const run = events.find((event) => event.type === 'run-started')?.run ?? '';
  return [
    problems.length === 0
      ? `${colours.bad('stopped')} after ${changes}${took}`
      : `${colours.bad('failed')}: ${count(problems.length, 'problem')} after ${changes}${took}`,
    ...problems.map((problem) => indent(sayProblem(problem) + sayHint(problem, colours))),
    colours.aside(`run it again to go on; journal: edgectl runs show ${run}`),
  ].join('\n');
};
