import { jsonText } from '../report/json.ts';
import { type ProgressEvent, progressOf, progressText } from '../report/progress.ts';
import { problemData } from '../support/problem.ts';
import { fail, problemsOf } from './fail.ts';
import type { OutputForm } from './options.ts';

/** What a verb on bundles or other files leaves: words for people, one document for programs. */
export interface Result {
  readonly words: string;
  readonly document: unknown;
}

/** Tells on stderr, or on stdout as a line of JSON, how far the step `says` is; bytes done and all there are. */
export type Meter = (says: string) => (done: number, total: number) => void;

const line = (document: unknown): string => `${JSON.stringify(document)}\n`;

const meterFor =
  (output: OutputForm): Meter =>
  (says) => {
    const began = Date.now();
    const text = progressText(says);
    const event = progressOf(says);
    return (done, total) => {
      const ms = Date.now() - began;
      const told: string | ProgressEvent | undefined =
        output === 'ndjson' ? event(done, total, ms) : text(done, total, ms);
      if (typeof told === 'string') process.stderr.write(`${told}\n`);
      else if (told) process.stdout.write(line(told));
    };
  };

/**
 * Does the work of a verb that needs no cluster, and prints its result: as words, as one JSON document, or, with its
 * progress before it, as the last line of ndjson. When it fails, the problems stand in place of the document. Never throws.
 */
export const printResult = async (
  output: OutputForm,
  work: (meter: Meter) => Promise<Result>,
): Promise<void> => {
  const print = (document: unknown) =>
    void process.stdout.write(output === 'ndjson' ? line(document) : jsonText(document));
  try {
    const { words, document } = await work(meterFor(output));
    if (output === 'text') process.stdout.write(`${words}\n`);
    else print(document);
  } catch (error) {
    process.exitCode = fail(error);
    if (output !== 'text') print({ problems: problemsOf(error).map(problemData) });
  }
};
