import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions, isVersion } from '../../../src/domain/debian/version.ts';
import { debianVersion } from './arbitraries.ts';

const sign = (a: string, b: string) => Math.sign(compareVersions(a, b));

describe('versions of Debian', () => {
  it('stand in the order of Debian Policy 5.6.12', () => {
    const ordered = [
      '0~~',
      '0~~a',
      '0~',
      '0',
      '0a',
      '0+',
      '1.0~beta1~svn1245',
      '1.0~beta1',
      '1.0',
      '1.0-0ubuntu1',
      '1.0-1~bpo12+1',
      '1.0-1',
      '1.0-1+b1',
      '1.0-1.1',
      '1.0+dfsg-1',
      '1.2',
      '1.10',
      '9999999999999999999',
      '10000000000000000000',
      '1:0.1',
      '2:0',
    ];
    for (const [a, one] of ordered.entries())
      for (const [b, other] of ordered.entries())
        expect([one, other, sign(one, other)]).toEqual([one, other, Math.sign(a - b)]);
  });

  it('are equal where only zeros differ', () => {
    for (const [one, other] of [
      ['1.0', '0:1.0'],
      ['1.0', '1.0-0'],
      ['1.0', '1.00'],
      ['1.01', '1.1'],
      ['a', 'a0'],
    ] as const)
      expect([one, other, sign(one, other)]).toEqual([one, other, 0]);
  });

  it('have a total order', () => {
    fc.assert(
      fc.property(debianVersion, debianVersion, debianVersion, (a, b, c) => {
        expect(sign(a, b)).toBe(0 - sign(b, a));
        if (sign(a, b) <= 0 && sign(b, c) <= 0) expect(sign(a, c)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 2000 },
    );
  });

  it('are told from other texts', () => {
    for (const good of ['1', '1:2-3', '1.0~rc1+b2', '2:1:0'])
      expect([good, isVersion(good)]).toEqual([good, true]);
    for (const bad of ['', 'a:1', '1 2', '1/2', '1_2']) expect([bad, isVersion(bad)]).toEqual([bad, false]);
  });
});
