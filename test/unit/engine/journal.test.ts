import { expect, it } from 'vitest';
import { readJournal, summarise } from '../../../src/engine/journal.ts';

const at = '2026-11-21T22:00:00.000Z';
const started = {
  at,
  type: 'run-started',
  run: 'r1',
  verb: 'init',
  cluster: 'c',
  operator: 'ann@desk',
  version: '1',
};
const change = { at, type: 'change-done', phase: 'p', host: 'a', says: 'write', ms: 3 };
const lines = (...events: readonly object[]): string =>
  events.map((event) => `${JSON.stringify(event)}\n`).join('');

it('ignores a torn last line', () => {
  const text = lines(started, change);
  for (let cut = 1; cut < JSON.stringify(change).length; cut++)
    expect(readJournal(text.slice(0, -1 - cut))).toEqual([started]);
});

it('sums up a run that ended, failed, or was killed', () => {
  const end = (ok: boolean) => ({ at, type: 'run-finished', ok, changes: 1, failed: 0, ms: 5 });
  const state = (...events: readonly object[]) => summarise(readJournal(lines(...events)));
  expect(state(started, change)).toMatchObject({ run: 'r1', state: 'interrupted', changes: 1, problems: [] });
  expect(state(started, change, end(true))?.state).toBe('done');
  expect(state(started, end(false))?.state).toBe('failed');
  expect(state(change)).toBeUndefined();
});
