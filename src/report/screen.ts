import { setTimeout as delay } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { DefaultRenderer, Listr, ListrLogger, ProcessOutput } from 'listr2';
import type { Event } from '../engine/event.ts';
import { advance, type BoardLine, boardLine, boardText, isOver } from './board.ts';
import { lineOf } from './line.ts';
import type { Paint } from './paint.ts';
import type { Planned } from './plan.ts';

/** A drawn list of phases. It shows what it is told; nobody waits for it before `close`. */
export interface Screen {
  show(event: Event): void;
  /** Draws the last state and gives the terminal back. */
  close(): Promise<void>;
}

/** What a listr2 task may do to its line. */
interface Drawn {
  title: string;
  output: string;
  skip(message: string): void;
}

const REDRAW_MS = 100;
const NOTES_SHOWN = 8;
const BESIDE = '';

// listr2 would ask whether stdout is a terminal; this screen is on stderr, and its caller has asked already.
class AnyTerminal extends DefaultRenderer {}
Object.assign(AnyTerminal, { nonTTY: true });

// What others write to the terminal meanwhile, such as the answer to Ctrl-C, would stand in the midst of the drawing.
const noting = (terminal: NodeJS.WriteStream, note: (text: string) => void): ProcessOutput => {
  const output = new ProcessOutput(terminal, terminal);
  const hijack = output.hijack.bind(output);
  output.hijack = () => {
    const write = terminal.write.bind(terminal);
    hijack();
    terminal.write = (chunk: string | Uint8Array) => {
      const text = String(chunk);
      // The drawing itself hides the cursor past its own output, each time: as a note it would be drawn for ever.
      if (stripVTControlCharacters(text) === '') return write(text);
      note(text.trimEnd());
      return true;
    };
  };
  return output;
};

const NOTABLE = new Set<Event['type']>(['warning', 'host-failed', 'lock-taken', 'change-undone', 'measured']);

/** Starts to draw the phases of a plan, and one line for what happens beside it. */
export const openScreen = (terminal: NodeJS.WriteStream, { phases }: Planned, colours: Paint): Screen => {
  const closing = new AbortController();
  const notes: string[] = [];
  const board = new Map<string, BoardLine>(
    phases.map(({ phase, title, hosts }) => [
      phase,
      boardLine(
        title,
        hosts.map(({ host }) => host),
      ),
    ]),
  );
  board.set(BESIDE, boardLine('Check and wait', []));

  const follow = (phase: string, of: () => BoardLine) => async (_: unknown, drawn: Drawn) => {
    const isBeside = phase === BESIDE;
    let told = 0;
    for (;;) {
      drawn.title = boardText(of());
      if (isBeside) for (; told < notes.length; told += 1) drawn.output = notes[told] ?? '';
      if (closing.signal.aborted || (!isBeside && isOver(of()))) break;
      await delay(REDRAW_MS, undefined, { signal: closing.signal }).catch(() => {});
    }
    if (of().failed.size > 0) throw new Error(boardText(of()));
    if (!isOver(of())) drawn.skip(boardText(of()));
  };

  const list = new Listr(
    [...board].map(([phase, first]) => ({
      title: boardText(first),
      rendererOptions: { bottomBar: phase === BESIDE ? NOTES_SHOWN : 0, persistentOutput: phase === BESIDE },
      task: follow(phase, () => board.get(phase) ?? first),
    })),
    {
      concurrent: true,
      exitOnError: false,
      registerSignalListeners: false,
      renderer: AnyTerminal,
      rendererOptions: {
        collapseErrors: false,
        showErrorMessage: false,
        formatOutput: 'truncate',
        logger: new ListrLogger({ processOutput: noting(terminal, (text) => notes.push(text)) }),
      },
    },
  );
  const drawing = list.run();

  return {
    show(event) {
      if (NOTABLE.has(event.type)) notes.push(lineOf(event, colours) ?? '');
      for (const [phase, line] of board) {
        const isMine =
          'phase' in event ? event.phase === phase || (phase === BESIDE && !board.has(event.phase)) : true;
        if (isMine) board.set(phase, advance(line, event));
      }
    },
    async close() {
      closing.abort();
      await drawing;
    },
  };
};
