import { planDigest } from '../engine/plan.ts';
import type { Playbook } from '../spec/playbook.ts';
import { Problem } from '../support/problem.ts';
import { type Carried, carryOut, type Manner } from './carry-out.ts';
import { resolve } from './playbook.ts';
import { type Prepared, prepare } from './prepare.ts';
import { type Start, withSession } from './session.ts';

/** What `init`, `reset` and the host verbs are told beside the cluster. */
export interface ApplyOptions extends Manner {
  readonly playbook: Playbook;
  /** Where the operator's kubeconfig goes. */
  readonly kubeconfig: string;
  /** The host that the verb is about, by its key. */
  readonly target?: string;
  /** Only this plan may be carried out. */
  readonly digest?: string;
  /** Whether to go ahead with the plan; not asked when there is nothing to change. */
  readonly confirm: (prepared: Prepared) => Promise<boolean>;
}

/** Plans a playbook, has the plan confirmed, and carries it out. */
export const applyPlaybook = (start: Start, options: ApplyOptions): Promise<Carried> =>
  withSession(start, async (session) => {
    const steps = resolve(options.playbook);
    const prepared = await prepare(session, steps, options.kubeconfig, options.target);
    const digest = planDigest(prepared.plan);
    if (options.digest !== undefined && options.digest !== digest)
      throw new Problem('PLAN_CHANGED', `the plan is now ${digest}, not ${options.digest}`, {
        hint: 'look at it with `edgectl plan`, then name its digest',
      });
    if (prepared.plan.length > 0 && !(await options.confirm(prepared)))
      throw new Problem('CANCELLED', 'not confirmed: nothing was changed');
    return carryOut(session, steps, prepared, options);
  });
