import { describe, expect, it } from 'vitest';
import {
  type Attempt,
  disturbed,
  failedIn,
  lossWords,
  lostOf,
  withoutWrite,
} from '../../../src/domain/drill/figures.ts';

const attempt = (began: number, ended: number, ok = true): Attempt => ({
  key: `w${began}`,
  began,
  ended,
  ok,
});

describe('the time without a write', () => {
  it('is from the last one before the pull to the first after it', () => {
    const attempts = [
      attempt(900, 950),
      attempt(1150, 1200),
      attempt(1400, 4400, false),
      attempt(3900, 5200),
      attempt(5300, 5400),
    ];
    expect(withoutWrite(attempts, { from: 1000, to: 6000 })).toBe(4);
    expect(failedIn(attempts, { from: 1000, to: 6000 })).toBe(1);
  });

  it('counts on while there is none any more', () => {
    expect(withoutWrite([attempt(900, 950)], { from: 1000, to: 9950 })).toBe(9);
    expect(withoutWrite([], { from: 1000, to: 9000 })).toBe(8);
  });
});

it('a write is lost when it was answered for and is not there; one that failed may be there or not', () => {
  const attempts = [attempt(1, 2), attempt(3, 4), attempt(5, 6, false), attempt(7, 8, false)];
  expect(lostOf(attempts, ['w1', 'w7'])).toEqual(['w3']);
});

it('a pod is disturbed when it was Ready and is gone, was started anew, or is not Ready any more', () => {
  const pod = (name: string, more: object = {}) => ({
    namespace: 'default',
    name,
    uid: name,
    ready: true,
    restarts: 0,
    ...more,
  });
  const before = ['same', 'gone', 'anew', 'waits'].map((name) => pod(name));
  const after = [pod('same'), pod('anew', { restarts: 1 }), pod('waits', { ready: false }), pod('new')];
  expect(disturbed([...before, pod('never', { ready: false })], after)).toEqual([
    'default/gone',
    'default/anew',
    'default/waits',
  ]);
});

it('says what a loss cost, pods by name', () => {
  const loss = { secondsWithoutWrite: 4.26, failedWrites: 9, podsDisturbed: [] };
  expect(lossWords(loss)).toBe('was away: 4.3 s without a write, 9 failed, no pod disturbed');
  expect(lossWords({ ...loss, podsDisturbed: ['default/app-1'] })).toContain('disturbed default/app-1');
});
