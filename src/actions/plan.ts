import { countChanges, type Plan, planDigest } from '../engine/plan.ts';
import type { Playbook } from '../spec/playbook.ts';
import { resolve } from './playbook.ts';
import { prepare } from './prepare.ts';
import { type Start, withSession } from './session.ts';

/** The JSON document of `edgectl plan`. */
export interface PlanDocument {
  readonly digest: string;
  readonly changes: number;
  readonly phases: readonly {
    readonly id: string;
    readonly hosts: readonly { readonly host: string; readonly changes: readonly { readonly says: string }[] }[];
  }[];
}

const documentOf = (plan: Plan): PlanDocument => ({
  digest: planDigest(plan),
  changes: countChanges(plan),
  phases: plan.map(({ phase, hosts }) => ({
    id: phase,
    hosts: hosts.map(({ host, changes }) => ({ host, changes: changes.map(({ says }) => ({ says })) })),
  })),
});

/** What a playbook would do now. Leaves no trace. */
export const plan = (
  start: Start,
  options: { readonly playbook: Playbook; readonly kubeconfig: string },
): Promise<{ readonly plan: Plan; readonly document: PlanDocument }> =>
  withSession(start, async (session) => {
    const prepared = await prepare(session, resolve(options.playbook), options.kubeconfig);
    return { plan: prepared.plan, document: documentOf(prepared.plan) };
  });
