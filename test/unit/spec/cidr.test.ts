import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contains, overlap, readCidr } from '../../../src/spec/cidr.ts';

test.each([
  ['10.42.0.0/16', { first: 0x0a2a0000, last: 0x0a2affff }],
  ['192.168.1.4/30', { first: 0xc0a80104, last: 0xc0a80107 }],
  ['10.0.0.7/32', { first: 0x0a000007, last: 0x0a000007 }],
])('%s is a block', (text, block) => {
  expect(readCidr(text)).toEqual(block);
});

test.each(['10.42.0.1/16', '10.42.0.0', '10.42.0.0/33', '10.42.0.0/016', '10.42.0/16', '10.42.0.0/16/8', ''])(
  '%s is none',
  (text) => {
    expect(readCidr(text)).toBeUndefined();
  },
);

test('two blocks overlap when an address lies in both', () => {
  const block = fc
    .tuple(fc.integer({ min: 10, max: 12 }), fc.nat(3), fc.constantFrom(8, 14, 15, 16))
    .map(
      ([first, second, bits]) =>
        `${first}.${bits === 8 ? 0 : second - (second % 2 ** (16 - bits))}.0.0/${bits}`,
    );
  fc.assert(
    fc.property(block, block, (one, other) => {
      const [left, right] = [readCidr(one), readCidr(other)];
      if (!left || !right) throw new Error(`${one} or ${other} is no block`);
      const shared = [one, other]
        .map((text) => text.split('/')[0] ?? '')
        .some((address) => contains(left, address) && contains(right, address));
      expect(overlap(left, right)).toBe(shared);
    }),
  );
});
