import type { Out, Reporter } from './reporter.ts';

/** Every event as a line of JSON, as it happens. */
export const ndjson = (out: Out): Reporter => ({
  tell: (event) => void out.write(`${JSON.stringify(event)}\n`),
  end: async () => {},
});

/** A result as it stands on stdout with `--output json`. */
export const jsonText = (document: unknown): string => `${JSON.stringify(document, undefined, 2)}\n`;
