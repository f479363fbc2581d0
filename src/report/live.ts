import type { Event } from '../engine/event.ts';
import { lineOf } from './line.ts';
import type { Paint } from './paint.ts';
import type { Planned } from './plan.ts';
import type { Reporter } from './reporter.ts';
import { openScreen, type Screen } from './screen.ts';
import { count } from './wording.ts';

const START_OF_LINE = '\r\u001B[2K';

const WORK = new Set<Event['type']>(['lock-taken', 'phase-started', 'change-started', 'wait-started']);

/**
 * A live screen on a terminal. Until the first change it writes lines, so that a question to the operator can stand
 * below the plan; then every planned phase has one line on a screen of its own, however many hosts there are.
 */
export const live = (terminal: NodeJS.WriteStream, colours: Paint): Reporter => {
  let connected = 0;
  let planned: Planned | undefined;
  let screen: Screen | undefined;

  const write = (line: string | undefined) => {
    if (line !== undefined) terminal.write(`${START_OF_LINE}${line}\n`);
  };
  const before = (event: Event) => {
    if (event.type === 'planned') planned = event;
    if (event.type !== 'host-connected') return write(lineOf(event, colours));
    connected += 1;
    terminal.write(`${START_OF_LINE}${count(connected, 'host')} connected`);
  };

  return {
    tell(event) {
      if (screen === undefined && planned !== undefined && WORK.has(event.type))
        screen = openScreen(terminal, planned, colours);
      if (screen === undefined) before(event);
      else screen.show(event);
    },
    async pause() {
      await screen?.close();
      screen = undefined;
    },
    async end() {
      if (screen !== undefined) await screen.close();
      else if (connected > 0 && planned === undefined) terminal.write('\n');
    },
  };
};
