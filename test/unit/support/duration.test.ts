import { expect, test } from 'vitest';
import { duration } from '../../../src/support/duration.ts';

test.each([
  [0, '0 ms'],
  [-5, '0 ms'],
  [999.4, '999 ms'],
  [999.6, '1.0 s'],
  [1234, '1.2 s'],
  [59_949, '59.9 s'],
  [59_950, '1 min'],
  [60_000, '1 min'],
  [184_000, '3 min 4 s'],
  [3_599_400, '59 min 59 s'],
  [3_599_600, '1 h'],
  [7_500_000, '2 h 5 min'],
  [90_000_000, '25 h'],
])('%d ms is %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});
