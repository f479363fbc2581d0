import { check } from '../actions/check.ts';
import { checkText } from '../report/check.ts';
import { junitText } from '../report/junit.ts';
import { paint, wantsColour } from '../report/paint.ts';
import { Problem } from '../support/problem.ts';
import { playbookOf } from './apply-verb.ts';
import type { CheckOptions } from './options.ts';
import { runVerb } from './verb.ts';
import { writeResult } from './write-whole.ts';

/** Prints every check, and writes them as JUnit XML where that is wanted; exits with 7 when one refuses. */
export const checkVerb = (options: CheckOptions): Promise<void> =>
  runVerb('check', options, { journal: false }, async ({ start }) => {
    const { checks, refused } = await check(start, playbookOf('init'));
    if (options.junit !== undefined) writeResult(options.junit, junitText({ checks }));
    return {
      text: () => checkText({ checks }, paint(wantsColour(process.stdout, process.env))),
      document: { checks },
      problems: refused.map(
        ({ code, host, message, hint }) =>
          new Problem('PREFLIGHT_REFUSED', `${code}: ${message}`, { host, hint }),
      ),
    };
  });
