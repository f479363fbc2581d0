import { expect, test } from 'vitest';
import { bytes } from '../../../src/support/bytes.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [87_951_000, '88.0 MB'],
  [999_949, '999.9 kB'],
  [999_950, '1.0 MB'],
  [1.5e9, '1.5 GB'],
  [2e18, '2000.0 PB'],
])('%d bytes are %s', (count, text) => {
  expect(bytes(count)).toBe(text);
});
