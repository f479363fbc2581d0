import type { Event } from '../engine/event.ts';
import { percent } from './line.ts';

/** One line of the live screen: a phase, how many of its hosts are through, and what goes on in it. */
export interface BoardLine {
  readonly title: string;
  readonly hosts: ReadonlySet<string>;
  readonly done: ReadonlySet<string>;
  readonly failed: ReadonlySet<string>;
  /** What each host is at, the newest last. */
  readonly busy: ReadonlyMap<string, string>;
}

/** A line before anything happens in it. */
export const boardLine = (title: string, hosts: readonly string[]): BoardLine => ({
  title,
  hosts: new Set(hosts),
  done: new Set(),
  failed: new Set(),
  busy: new Map(),
});

const without = (busy: BoardLine['busy'], host: string) =>
  new Map([...busy].filter(([name]) => name !== host));

// Hosts without changes in a phase pass through it too; they are not counted.
const among = ({ hosts }: BoardLine, host: string, known: ReadonlySet<string>) =>
  hosts.has(host) ? new Set([...known, host]) : known;

const at = (line: BoardLine, host: string, doing: string): BoardLine => ({
  ...line,
  busy: new Map([...without(line.busy, host), [host, doing]]),
});

/** The line after an event of its phase, or after the failure of one of its hosts. */
export const advance = (line: BoardLine, event: Event): BoardLine => {
  switch (event.type) {
    case 'change-started':
      return at(line, event.host, event.says);
    case 'progress':
      return at(line, event.host, `${event.says} ${percent(event.done, event.total)}`);
    case 'wait-started':
      return at(line, event.host, `wait until ${event.says}`);
    case 'wait-done':
      return { ...line, busy: without(line.busy, event.host) };
    case 'phase-done':
      return { ...line, done: among(line, event.host, line.done), busy: without(line.busy, event.host) };
    case 'host-failed':
      if (line.done.has(event.host)) return line;
      return { ...line, failed: among(line, event.host, line.failed), busy: without(line.busy, event.host) };
    default:
      return line;
  }
};

/** Whether every host of the line is through, one way or the other. */
export const isOver = ({ hosts, done, failed }: BoardLine): boolean => done.size + failed.size >= hosts.size;

/** The line as text: `Install k3s agents  3/5  board-2: start k3s-agent.service (+1)`. */
export const boardText = ({ title, hosts, done, failed, busy }: BoardLine): string => {
  const newest = [...busy].at(-1);
  const more = busy.size > 1 ? ` (+${busy.size - 1})` : '';
  return [
    title,
    ...(hosts.size > 0 ? [`${done.size}/${hosts.size}`] : []),
    ...(failed.size > 0 ? [`failed: ${[...failed].join(', ')}`] : []),
    ...(newest ? [`${newest.join(': ')}${more}`] : []),
  ].join('  ');
};
