import type { Event } from '../engine/event.ts';

/** Tells somebody what happens while it happens. It draws only: it never waits for, stops or orders anything. */
export interface Reporter {
  tell(event: Event): void;
  /** Leaves the terminal free for a question, until the next event. */
  pause?(): Promise<void>;
  /** After the last event; resolves when everything is written. */
  end(): Promise<void>;
}

/** Where text goes: `process.stdout`, `process.stderr`, or an array's `push` in a test. */
export interface Out {
  write(text: string): unknown;
}
