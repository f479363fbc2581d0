import { expect, test } from 'vitest';
import { given } from '../../../src/support/given.ts';

test('only undefined is left out', () => {
  const kept = given({ a: undefined, b: null, c: 0, d: '', e: false });
  expect(Object.entries(kept)).toEqual([
    ['b', null],
    ['c', 0],
    ['d', ''],
    ['e', false],
  ]);
});
