import { check } from '../actions/check.ts';
import { checkText } from '../report/check.ts';
import { paint, wantsColour } from '../report/paint.ts';
import { Problem } from '../support/problem.ts';
import { playbookOf } from './apply-verb.ts';
import type { ClusterOptions } from './options.ts';
import { runVerb } from './verb.ts';

/** Prints every check; exits with 7 when one refuses. */
export const checkVerb = (options: ClusterOptions): Promise<void> =>
  runVerb('check', options, { journal: false }, async ({ start }) => {
    const { checks, refused } = await check(start, playbookOf('init'));
    return {
      text: () => checkText({ checks }, paint(wantsColour(process.stdout, process.env))),
      document: { checks },
      problems: refused.map(({ host, message }) => new Problem('PREFLIGHT_REFUSED', message, { host })),
    };
  });
