import type { Decision } from '../engine/decision.ts';
import { type Check, checksOf } from './preflight/checks.ts';
import { facts, questionsFor } from './preflight/questions.ts';

/** Runs every check on every host that answered. Never refuses: who asks looks at what stands. */
export const preflight: Decision<readonly Check[], typeof facts> = {
  id: 'preflight',
  title: 'Check the hosts',
  gives: 'preflight',
  facts,
  questions: ({ cluster }) => questionsFor(cluster),

  decide: ({ cluster, factsByHost }) => checksOf(cluster, factsByHost),
};
