import type { Happening } from '../engine/event.ts';
import type { Paint } from './paint.ts';
import { count, indent } from './wording.ts';

/** A whole plan in words, as the `planned` event carries it. */
export type Planned = Pick<Extract<Happening, { readonly type: 'planned' }>, 'digest' | 'changes' | 'phases'>;

type PlannedHosts = Planned['phases'][number]['hosts'];

// Sixty boards get the same changes, so they are named together above them.
const alike = (hosts: PlannedHosts): readonly (readonly [names: readonly string[], changes: string])[] => {
  const groups = new Map<string, string[]>();
  for (const { host, changes } of hosts) {
    const key = changes.join('\n');
    groups.set(key, [...(groups.get(key) ?? []), host]);
  }
  return [...groups].map(([changes, names]) => [names, changes]);
};

/** The plan for the operator: phase by phase who changes what, how many changes, and the digest to confirm. */
export const planText = ({ digest, changes, phases }: Planned, colours: Paint): string => {
  const body = phases.flatMap(({ title, hosts }) => [
    colours.title(title),
    ...alike(hosts).flatMap(([names, list]) => [indent(names.join(', ')), indent(list, 4)]),
  ]);
  return [...body, `${changes === 0 ? 'no changes' : count(changes, 'change')}, plan ${digest}`].join('\n');
};

/** The plan for a program: what `plan --output json` writes. */
export const planDocument = ({ digest, changes, phases }: Planned) => ({
  digest,
  changes,
  phases: phases.map(({ phase, hosts }) => ({
    id: phase,
    hosts: hosts.map(({ host, changes: list }) => ({ host, changes: list.map((says) => ({ says })) })),
  })),
});
