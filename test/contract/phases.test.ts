import { describe, expect, it } from 'vitest';
import type { Known } from '../../src/decisions/index.ts';
import { showChange } from '../../src/engine/change.ts';
import type { Facts } from '../../src/engine/fact.ts';
import type { Phase } from '../../src/engine/phase.ts';
import { phases } from '../../src/phases/index.ts';
import { caseNames, clusterCase, readCase } from '../support/cases.ts';

interface Given {
  readonly about: string;
  readonly cluster: string;
  /** Settings of the cluster file that differ from the named one. */
  readonly but?: object;
  readonly host: string;
  readonly known?: Partial<Known>;
  readonly facts: Record<string, never>;
  /** The changes in full, as `plan` shows them. */
  readonly changes: readonly string[];
  /** What the phase then waits for, where the case is about that. */
  readonly waits?: readonly string[];
}

const NOTHING_KNOWN: Known = {
  names: {},
  arch: {},
  release: {},
  time: {},
  election: { masters: [], reasons: {} },
  network: { backend: 'vxlan' },
  outcomes: {},
  kubeconfig: { path: '/home/operator/.kube/config' },
};

const all = phases as unknown as readonly Phase<Facts, Known>[];

describe.each(all)('phase $id', (phase) => {
  const folder = `phases/${phase.id}`;

  it('has the three cases that every phase has', () => {
    expect(caseNames(folder)).toEqual(expect.arrayContaining(['fresh', 'settled', 'drifted']));
    expect(readCase<Given>(folder, 'settled').changes).toEqual([]);
  });

  it.each(caseNames(folder))('%s', (file) => {
    const { but = {}, facts, ...given } = readCase<Given>(folder, file);
    const cluster = { ...clusterCase(given.cluster), ...but };
    const known = { ...NOTHING_KNOWN, ...given.known };
    const host = phase.hosts(cluster, known).find(({ key }) => key === given.host);
    if (!host) throw new Error(`${phase.id} does not concern ${given.host}`);

    expect(Object.keys(facts).sort()).toEqual(Object.keys(phase.facts(cluster, host, known)).sort());
    const changes = [...phase.plan({ cluster, host, facts, known })];
    expect(changes.flatMap(showChange), given.about).toEqual(given.changes);
    for (const { says } of changes) expect(says).toMatch(/^[a-z].*[^.]$/);
    expect(new Set(changes.map(({ says }) => says)).size, 'no two changes sound alike').toBe(changes.length);
    if (given.waits) {
      const conditions = phase.until?.({ cluster, host, facts, known }) ?? [];
      expect(conditions.map(({ says }) => says)).toEqual(given.waits);
    }
  });
});

it('has cases for these phases and no others', () => {
  expect([...caseNames('phases')].sort()).toEqual(all.map(({ id }) => id).sort());
});
