import type { Event } from '../engine/event.ts';
import { bytes } from '../support/bytes.ts';
import { duration } from '../support/duration.ts';
import type { Paint } from './paint.ts';
import { problemText, warningText } from './problem.ts';
import { count, indent } from './wording.ts';

// Below this a change or a wait is over before its line is read, so its end says nothing new.
const WORTH_TELLING_MS = 2000;

const decided = (title: string, lines: readonly string[]): string | undefined =>
  lines.length === 0 ? undefined : `${title}\n${indent(lines.join('\n'))}`;

/** What one event says in a log. Undefined when it says nothing that its neighbours do not say. */
export const lineOf = (event: Event, colours: Paint): string | undefined => {
  switch (event.type) {
    case 'run-started':
      return `${event.verb} ${event.cluster}: run ${event.run} by ${event.operator}, edgectl ${event.version}`;
    case 'host-connected':
      return `${event.host}: connected in ${duration(event.ms)}`;
    case 'warning':
      return warningText(event.problem, colours);
    case 'decided':
      return decided(colours.title(event.title), event.lines);
    case 'planned':
      return event.changes === 0
        ? 'plan: no changes'
        : `plan: ${count(event.changes, 'change')}, ${event.digest}`;
    case 'lock-taken':
      return event.over === undefined
        ? `${event.host}: locked`
        : `${event.host}: locked, taken over from ${event.over}`;
    case 'change-started':
      return `${event.host}: ${event.says}`;
    case 'change-done':
      return event.ms < WORTH_TELLING_MS
        ? undefined
        : `${event.host}: ${event.says}: ${colours.good('done')} in ${duration(event.ms)}`;
    case 'change-failed':
      return `${event.host}: ${event.says}: ${colours.bad('failed')}`;
    case 'change-undone':
      return `${event.host}: ${event.says}: undone`;
    case 'progress':
      return `${event.host}: ${event.says}: ${percent(event.done, event.total)} of ${bytes(event.total)}`;
    case 'wait-started':
      return `${event.host}: wait until ${event.says}`;
    case 'wait-done':
      if (event.skipped) return `${event.host}: not waiting until ${event.says}`;
      return event.ms < WORTH_TELLING_MS
        ? undefined
        : `${event.host}: ${event.says} after ${duration(event.ms)}`;
    case 'measured':
      return `${event.host}: ${event.says}`;
    case 'host-failed':
      return problemText([{ host: event.host, ...event.problem }], colours);
    case 'link-opened':
    case 'phase-started':
    case 'phase-done':
    case 'run-finished':
      return undefined;
  }
};

/** How much of it is there: `43 %`. Nothing to do counts as all done. */
export const percent = (done: number, total: number): string =>
  `${total === 0 ? 100 : Math.floor((100 * done) / total)} %`;
