import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shortageOf } from '../../../src/domain/chain/room.ts';

const folder = (free: number, device = '1', taken: Record<string, number> = {}) => ({
  device,
  mount: `/mnt/${device}`,
  free,
  taken,
});
const blob = (size: number, digest = 'sha256:a') => ({ digest, size });

describe('room for content', () => {
  it('is wanted once for what is renamed, by whole blocks', () => {
    const coming = [{ into: '/in', blobs: [blob(5000), blob(1, 'sha256:b')] }];
    expect(shortageOf(coming, { '/in': folder(12_288) })).toBeUndefined();
    expect(shortageOf(coming, { '/in': folder(12_287) })).toEqual({
      path: '/in',
      mount: '/mnt/1',
      needed: 12_288,
      free: 12_287,
    });
  });

  it('is wanted besides for what is unpacked, on whichever file system that is', () => {
    const coming = [{ into: '/in', blobs: [blob(4096)], besides: { path: '/out', times: 3 } }];
    const apart = (free: number) => ({ '/in': folder(4096), '/out': folder(free, '2') });
    expect(shortageOf(coming, apart(12_288))).toBeUndefined();
    expect(shortageOf(coming, apart(12_287))).toMatchObject({
      path: '/out',
      mount: '/mnt/2',
      needed: 12_288,
    });
    const together = (free: number) => ({ '/in': folder(free), '/out': folder(free) });
    expect(shortageOf(coming, together(16_384))).toBeUndefined();
    expect(shortageOf(coming, together(16_383))).toMatchObject({ path: '/in', needed: 16_384 });
  });

  it('is added up over all folders of a file system', () => {
    const coming = ['/a', '/b'].map((into) => ({ into, blobs: [blob(4096)] }));
    expect(shortageOf(coming, { '/a': folder(8191), '/b': folder(8191) })).toMatchObject({ needed: 8192 });
    expect(shortageOf(coming, { '/a': folder(4096), '/b': folder(4096, '2') })).toBeUndefined();
  });

  it('counts what an earlier try has left, under the names of chain and star', () => {
    const names = ['sha256:a', 'sha256:a.part', '.sha256:a.0123456789ab.edgectl-part'];
    for (const name of names)
      expect(
        shortageOf([{ into: '/in', blobs: [blob(8192)] }], { '/in': folder(4096, '1', { [name]: 4096 }) }),
      ).toBeUndefined();
    const other = folder(4096, '1', { 'sha256:ab': 4096 });
    expect(shortageOf([{ into: '/in', blobs: [blob(8192)] }], { '/in': other })).toBeDefined();
  });

  it('is there where nothing is known, and never less than nothing is needed', () => {
    expect(shortageOf([{ into: '/in', blobs: [blob(1 << 30)] }], {})).toBeUndefined();
    fc.assert(
      fc.property(fc.nat(1 << 20), fc.nat(1 << 20), fc.nat(1 << 20), (size, taken, free) => {
        const short = shortageOf([{ into: '/in', blobs: [blob(size)] }], {
          '/in': folder(free, '1', { 'sha256:a': taken }),
        });
        if (short) expect(short.needed).toBeGreaterThan(short.free);
        else expect(Math.ceil(size / 4096) * 4096 - taken).toBeLessThanOrEqual(free);
      }),
    );
  });
});
