import type { Plan } from '../engine/plan.ts';
import type { Playbook } from '../spec/playbook.ts';
import { resolve } from './playbook.ts';
import { prepare } from './prepare.ts';
import { type Start, withSession } from './session.ts';

/** What a playbook would do now. Leaves no trace. */
export const plan = (
  start: Start,
  options: { readonly playbook: Playbook; readonly kubeconfig: string; readonly target?: string },
): Promise<Plan> =>
  withSession(start, async (session) => {
    const { playbook, kubeconfig, target } = options;
    return (await prepare(session, resolve(playbook), kubeconfig, target)).plan;
  });
