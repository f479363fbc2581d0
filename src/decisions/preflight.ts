import type { Seated } from '../domain/firewall/needed-ports.ts';
import type { Decision } from '../engine/decision.ts';
import { type Check, checksOf } from './preflight/checks.ts';
import { facts, nodesAmong, questionsFor } from './preflight/questions.ts';

/** Runs every check on every host that answered. Never refuses: who asks looks at what stands. */
export const preflight: Decision<readonly Check[], typeof facts, Seated> = {
  id: 'preflight',
  title: 'Check the hosts',
  gives: 'preflight',
  facts,
  questions: ({ cluster, host, hosts, known }) =>
    questionsFor({ cluster, host, known, nodes: nodesAmong(cluster, hosts), isFresh: () => true }),

  decide: ({ cluster, factsByHost, known }) => checksOf(cluster, factsByHost, { known }),
};
