import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differenceOf } from '../../../src/domain/bundles/difference.ts';
import type { BundleItem, BundleManifest } from '../../../src/domain/bundles/manifest.ts';
import { bundleDiffText } from '../../../src/report/bundle-diff.ts';

const item = (what: string, letter: string, size: number, arch: BundleItem['arch'] = 'any'): BundleItem => ({
  what,
  role: 'file',
  arch,
  digest: `sha256:${letter.repeat(64)}`,
  size,
});
const bundle = (serial: number, contents: readonly BundleItem[], k3s?: string): BundleManifest => ({
  format: 1,
  name: 'site',
  serial,
  created: '2026-11-22',
  ...(k3s ? { k3s: { version: k3s } } : {}),
  contents: [...contents],
  parts: [],
});

describe('the difference of two bundles', () => {
  const before = bundle(1, [item('a', '1', 10), item('b', '2', 20), item('c', '3', 30)], 'v1.34.2+k3s1');
  const after = bundle(2, [item('a', '1', 10), item('b', '4', 25), item('d', '3', 30)], 'v1.34.3+k3s1');

  it('names what was added, removed and changed, and counts only bytes that are new', () => {
    expect(differenceOf(before, after)).toEqual({
      from: { name: 'site', serial: 1, created: '2026-11-22', k3s: 'v1.34.2+k3s1' },
      to: { name: 'site', serial: 2, created: '2026-11-22', k3s: 'v1.34.3+k3s1' },
      added: [item('d', '3', 30)],
      removed: [item('c', '3', 30)],
      changed: [
        {
          what: 'b',
          role: 'file',
          arch: 'any',
          from: { digest: `sha256:${'2'.repeat(64)}`, size: 20 },
          to: { digest: `sha256:${'4'.repeat(64)}`, size: 25 },
        },
      ],
      same: 1,
      fetch: 25,
    });
  });

  it('names every layer of an image that was added or removed: they have no names of their own', () => {
    const layer = (letter: string) => ({ ...item('app:1', letter, 5), role: 'image-layer' as const });
    const [base, old, top, next] = ['1', '2', '3', '4'].map(layer) as [
      BundleItem,
      BundleItem,
      BundleItem,
      BundleItem,
    ];
    expect(differenceOf(bundle(1, [base, old, top]), bundle(2, [base, next, top]))).toMatchObject({
      added: [next],
      removed: [old],
      changed: [],
      same: 2,
      fetch: 5,
    });
  });

  it('reads as lines', () => {
    expect(bundleDiffText(differenceOf(before, after)).split('\n')).toEqual([
      'site, serial 1, of 2026-11-22 → site, serial 2, of 2026-11-22',
      'k3s v1.34.2+k3s1 → v1.34.3+k3s1',
      '',
      '   WHAT  ROLE  ARCH  SIZE         DIGEST',
      '+  d     file  any   30 B         sha256:333333333333',
      '-  c     file  any   30 B         sha256:333333333333',
      '~  b     file  any   20 B → 25 B  sha256:222222222222 → sha256:444444444444',
      '',
      '1 added, 1 removed, 1 changed, 1 the same: 25 B are new',
    ]);
    expect(bundleDiffText(differenceOf(after, after))).toContain(
      '0 added, 0 removed, 0 changed, 3 the same: 0 B are new',
    );
  });

  it('is turned round with the bundles, and leaves nothing out', () => {
    const contents = fc.uniqueArray(
      fc
        .record({
          what: fc.constantFrom('a', 'b', 'c', 'd'),
          letter: fc.constantFrom('1', '2', '3'),
          size: fc.nat(9),
        })
        .map(({ what, letter, size }) => item(what, letter, size)),
      { selector: ({ what }) => what },
    );
    fc.assert(
      fc.property(contents, contents, (one, other) => {
        const there = differenceOf(bundle(1, one), bundle(2, other));
        const back = differenceOf(bundle(2, other), bundle(1, one));
        expect(back.added).toEqual(there.removed);
        expect(back.removed).toEqual(there.added);
        expect(there.added.length + there.changed.length + there.same).toBe(other.length);
        expect(there.removed.length + there.changed.length + there.same).toBe(one.length);
      }),
    );
  });
});
