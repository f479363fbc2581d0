import { digest } from '../support/digest.ts';
import type { Change } from './change.ts';

/** What one phase would change on one host; `host` is the node's name, `key` the host's key. */
export interface HostChanges {
  readonly key: string;
  readonly host: string;
  readonly changes: readonly Change[];
}

/** What one phase would change. */
export interface PhaseChanges {
  readonly phase: string;
  readonly title: string;
  readonly hosts: readonly HostChanges[];
}

/** What would change, in order: phases → hosts → changes. Phases and hosts without changes are left out. */
export type Plan = readonly PhaseChanges[];

/** Names the plan for `init --plan DIGEST`: over all its data, placeholders included. */
export const planDigest = (plan: Plan): string => digest(JSON.stringify(plan));

/** How many changes a plan has. */
export const countChanges = (plan: Plan): number =>
  plan.reduce((sum, { hosts }) => sum + hosts.reduce((n, { changes }) => n + changes.length, 0), 0);

/** The plan as people and programs read it: words only, the shape of the `planned` event. */
export const planWords = (plan: Plan) =>
  plan.map(({ phase, title, hosts }) => ({
    phase,
    title,
    hosts: hosts.map(({ host, changes }) => ({ host, changes: changes.map(({ says }) => says) })),
  }));

/** The name under which a change is announced. */
export const promise = (key: string, says: string): string => `${key}\n${says}`;

/** Everything a plan announces. */
export const promises = (plan: Plan): ReadonlySet<string> =>
  new Set(
    plan.flatMap(({ hosts }) =>
      hosts.flatMap(({ key, changes }) => changes.map(({ says }) => promise(key, says))),
    ),
  );
