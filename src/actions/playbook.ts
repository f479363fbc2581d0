import type { Known } from '../decisions/index.ts';
import { decisions as allDecisions } from '../decisions/index.ts';
import type { Decision } from '../engine/decision.ts';
import type { DecisionFacts, Facts } from '../engine/fact.ts';
import type { Phase } from '../engine/phase.ts';
import type { PhaseStep } from '../engine/planner.ts';
import { phases as allPhases } from '../phases/index.ts';
import type { Playbook } from '../spec/playbook.ts';
import { Problem } from '../support/problem.ts';

/** A playbook with its ids resolved. Decisions are made together, before the first phase. */
export interface Steps {
  readonly decisions: readonly Decision<unknown, DecisionFacts, Partial<Known>>[];
  readonly phases: readonly PhaseStep<Known>[];
}

const find = <T extends { readonly id: string }>(all: readonly T[], id: string, playbook: Playbook): T => {
  const found = all.find((one) => one.id === id);
  if (!found) throw new Problem('BUG', `playbook ${playbook.id} names ${id}, which does not exist`);
  return found;
};

/** Looks up what a playbook names. */
export const resolve = (playbook: Playbook): Steps => {
  const decisions = allDecisions as unknown as readonly Decision<unknown, DecisionFacts, Partial<Known>>[];
  const phases = allPhases as unknown as readonly Phase<Facts, Known>[];
  return {
    decisions: playbook.steps.flatMap((step) =>
      'decide' in step ? [find(decisions, step.decide, playbook)] : [],
    ),
    phases: playbook.steps.flatMap((step) =>
      'phase' in step ? [{ phase: find(phases, step.phase, playbook), barrier: step.barrier }] : [],
    ),
  };
};
