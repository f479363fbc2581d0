import type { Event } from '../engine/event.ts';
import type { Out, Reporter } from './reporter.ts';

/** Every event as a line of JSON, as it happens. */
export const ndjson = (out: Out): Reporter => ({
  tell: (event) => void out.write(`${JSON.stringify(event)}\n`),
  end: async () => {},
});

/** Nothing until the end, then the one document that `document` makes of all events; undefined writes none. */
export const json = (out: Out, document: (events: readonly Event[]) => unknown): Reporter => {
  const events: Event[] = [];
  return {
    tell(event) {
      if (event.type !== 'progress') events.push(event);
    },
    async end() {
      const made = document(events);
      if (made !== undefined) out.write(jsonText(made));
    },
  };
};

/** A result as it stands on stdout with `--output json`. */
export const jsonText = (document: unknown): string => `${JSON.stringify(document, undefined, 2)}\n`;
