import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Delta,
  deltaFaults,
  deltaSums,
  deltaText,
  lyingBlobs,
  readDelta,
} from '../../../src/domain/bundles/delta.ts';
import { basesFor, type OrderedLayer } from '../../../src/domain/bundles/delta-bases.ts';
import type { BundleItem } from '../../../src/domain/bundles/manifest.ts';
import { PADDING, REGION, SEGMENT, segmentsOf } from '../../../src/domain/bundles/segments.ts';
import { digest } from '../../../src/support/digest.ts';

const size = fc.integer({ min: 1, max: 20 * SEGMENT });

describe('the segments of a content', () => {
  it('make all of it, of what the old one has, and never of more than a region', () =>
    fc.assert(
      fc.property(size, size, (next, before) => {
        const segments = segmentsOf(next, before);
        expect(segments.reduce((sum, { makes }) => sum + makes, 0)).toBe(next);
        let at = 0;
        for (const { makes, from, length } of segments) {
          expect(makes).toBeGreaterThan(0);
          expect(makes).toBeLessThanOrEqual(SEGMENT);
          expect(from).toBeGreaterThanOrEqual(0);
          expect(length).toBeGreaterThan(0);
          expect(length).toBeLessThanOrEqual(REGION);
          expect(from + length).toBeLessThanOrEqual(before);
          // The same place is in it, with all of the padding that there is.
          expect(from).toBeLessThanOrEqual(Math.max(0, at - PADDING));
          expect(from + length).toBe(Math.min(before, at + SEGMENT + PADDING));
          at += makes;
        }
      }),
    ));

  it('are none where there is nothing to make, or nothing to make it of', () => {
    expect(segmentsOf(0, 5)).toEqual([]);
    expect(segmentsOf(5, 0)).toEqual([]);
  });
});

const item = (what: string, content: string, more: Partial<BundleItem> = {}): BundleItem => ({
  what,
  role: 'file',
  arch: 'any',
  digest: digest(content),
  size: content.length,
  ...more,
});
const layer = (image: string, content: string, more: Partial<OrderedLayer> = {}): OrderedLayer => ({
  image,
  arch: 'arm64',
  digest: digest(content),
  encoded: true,
  ...more,
});
const side = (layers: readonly OrderedLayer[], files: readonly BundleItem[] = []) => ({
  layers,
  contents: [
    ...files,
    ...layers.map(({ image, arch, digest }) => ({
      what: image,
      role: 'image-layer' as const,
      arch,
      digest,
      size: 1,
    })),
  ],
});
const chosen = (...of: Parameters<typeof basesFor>) => Object.fromEntries(basesFor(...of));

describe('what a new blob is made from', () => {
  it('is the file of that name, else of the same name with other numbers', () => {
    const before = side(
      [],
      [
        item('model-5.onnx', 'five'),
        item('model-6.onnx', 'six'),
        item('rules', 'old'),
        item('rules', 'old arm', { arch: 'arm64' }),
        item('k3s', 'k3s', { role: 'k3s-binary' }),
      ],
    );
    const next = side(
      [],
      [
        item('model-7.onnx', 'seven'),
        item('model-6.onnx', 'six'),
        item('rules', 'new'),
        item('others', 'other'),
        item('k3s', 'new k3s', { role: 'k3s-binary' }),
      ],
    );
    expect(chosen(next, before)).toEqual({
      [digest('seven')]: { digest: digest('six'), packed: false },
      [digest('new')]: { digest: digest('old'), packed: false },
    });
  });

  it('is the layer at its place among those that changed, in the image of that repository', () => {
    const before = side([
      layer('host:5000/app:1', 'base'),
      layer('host:5000/app:1', 'libraries'),
      layer('host:5000/app:1', 'program'),
      layer('host:5000/app:1', 'program on amd64', { arch: 'amd64' }),
      layer('other:1', 'other'),
    ]);
    const next = side([
      layer('host:5000/app:2', 'base'),
      layer('host:5000/app:2', 'new libraries'),
      layer('host:5000/app:2', 'new program'),
      layer('unknown:1', 'unknown'),
    ]);
    expect(chosen(next, before)).toEqual({
      [digest('new libraries')]: { digest: digest('libraries'), packed: true },
      [digest('new program')]: { digest: digest('program'), packed: true },
    });
  });

  it('is nothing for a layer that came in zstd, or one that was only added', () => {
    const before = side([layer('app:1', 'base'), layer('app:1', 'old')]);
    const theirs = side([layer('app:2', 'base'), layer('app:2', 'new', { encoded: false })]);
    expect(chosen(theirs, before)).toEqual({});
    const added = side([layer('app:2', 'base'), layer('app:2', 'old'), layer('app:2', 'more')]);
    expect(chosen(added, before)).toEqual({});
  });

  it('is always a blob of the bundle before, and never for one that is there already', () => {
    const contents = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 6 });
    const image = fc.constantFrom('app:1', 'app:2', 'app', 'host:5000/app:1');
    const layers = fc.array(fc.tuple(image, contents), { maxLength: 3 });
    const read = (all: readonly (readonly [string, readonly string[]])[]) =>
      side(all.flatMap(([name, texts]) => texts.map((text) => layer(name, text))));
    fc.assert(
      fc.property(layers, layers, (one, other) => {
        const [next, before] = [read(one), read(other)];
        const known = new Set<string>(before.contents.map(({ digest }) => digest));
        for (const [made, base] of basesFor(next, before)) {
          expect(known.has(made)).toBe(false);
          expect(known.has(base.digest)).toBe(true);
        }
      }),
    );
  });
});

describe('delta.json', () => {
  const manifest = {
    format: 1 as const,
    name: 'site',
    serial: 2,
    created: '2026-11-22',
    contents: [item('a', 'one'), item('b', 'two two'), item('c', 'three three three')],
    parts: [],
  };
  const part = { digest: digest('part'), size: 4, makes: 17, from: 0, length: 9 };
  const delta: Delta = {
    format: 1,
    encoder: 'it',
    base: { name: 'site', serial: 1, digest: digest('bundle.json') },
    same: [digest('one')],
    full: [digest('two two')],
    patched: [
      { digest: digest('three three three'), base: digest('three'), packed: false, segments: [part] },
    ],
  };

  it('is read as it was written, and says what lies there', () => {
    expect(readDelta(deltaText(delta))).toEqual(delta);
    expect(deltaFaults(delta, manifest)).toEqual([]);
    expect([...lyingBlobs(manifest, delta)]).toEqual([
      [digest('two two'), { size: 7, what: 'b' }],
      [digest('part'), { size: 4, what: 'c, segment 1 of 1' }],
    ]);
    expect(deltaSums(delta, manifest)).toMatchObject({ same: 1, full: 1, patched: 1, size: 11, whole: 27 });
  });

  it('is refused when it would need more memory than it may, or is none', () => {
    for (const more of [{ makes: SEGMENT + 1 }, { length: REGION + 1 }, { makes: 0 }, { from: -1 }]) {
      const segments = [{ ...part, ...more }];
      const patched = delta.patched.map((one) => ({ ...one, segments }));
      expect(readDelta(JSON.stringify({ ...delta, patched }))).toBeUndefined();
    }
    expect(readDelta('{')).toBeUndefined();
    expect(readDelta(JSON.stringify({ ...delta, format: 2 }))).toBeUndefined();
  });

  it('says what it forgets, and what is not of its bundle', () => {
    expect(deltaFaults({ ...delta, same: [digest('stranger')] }, manifest)).toEqual([
      `it says nothing of a (${digest('one')})`,
      `the blob ${digest('stranger')} is not in bundle.json`,
    ]);
  });
});
