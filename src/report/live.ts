import type { Event } from '../engine/event.ts';
import { lineOf } from './line.ts';
import type { Paint } from './paint.ts';
import type { Planned } from './plan.ts';
import type { Reporter } from './reporter.ts';
import type { Screen } from './screen.ts';
import { count } from './wording.ts';

const CLEAR_LINE = '\r\u001B[2K';

/**
 * A live screen on a terminal. Until the first change it writes lines, so that a question to the operator can stand
 * below the plan; then every planned phase has one line on a screen of its own, however many hosts there are.
 */
export const live = (terminal: NodeJS.WriteStream, colours: Paint): Reporter => {
  let connected = 0;
  let planned: Planned | undefined;
  let screen: Promise<Screen> | undefined;

  // listr2 is slow to load, and a run that finds nothing to change needs no screen.
  const open = async (plan: Planned): Promise<Screen> =>
    (await import('./screen.ts')).openScreen(terminal, plan, colours);

  /** What is true only now, on a line that the next one overwrites. */
  const passing = (text: string | undefined) => terminal.write(`${CLEAR_LINE}${text ?? ''}`);
  const lasting = (text: string | undefined) => {
    if (text !== undefined) terminal.write(`${CLEAR_LINE}${text}\n`);
  };
  const withoutScreen = (event: Event) => {
    if (event.type === 'planned') planned = event;
    if (event.type === 'host-connected') {
      connected += 1;
      passing(`${count(connected, 'host')} connected`);
    } else if (event.type === 'wait-started') passing(lineOf(event, colours));
    else if (event.type !== 'wait-done') lasting(lineOf(event, colours));
  };

  return {
    tell(event) {
      const isWork = event.type === 'lock-taken' || event.type === 'change-started';
      if (screen === undefined && planned !== undefined && isWork) screen = open(planned);
      if (screen === undefined) withoutScreen(event);
      else void screen.then((opened) => opened.show(event));
    },
    async pause() {
      await (await screen)?.close();
      screen = undefined;
    },
    async end() {
      if (screen === undefined) passing('');
      else await (await screen).close();
    },
  };
};
