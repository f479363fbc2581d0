import { createCipheriv, createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentOf } from '../../../src/adapters/files/content.ts';
import { zstdDecoded } from '../../../src/adapters/zstd/decode.ts';
import { ENCODER, zstdEncoded } from '../../../src/adapters/zstd/encode.ts';
import { packing, unpacked } from '../../../src/adapters/zstd/unpack.ts';

async function* cut(bytes: Uint8Array, at: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += at) yield bytes.subarray(from, from + at);
}

const encoded = (bytes: Uint8Array, at = bytes.length || 1) => buffer(zstdEncoded(cut(bytes, at)));
const decoded = (bytes: Uint8Array, at = bytes.length || 1) => buffer(zstdDecoded(cut(bytes, at)));

/** Bytes that can be packed a little, the same every time. */
const sample = (size: number): Buffer => {
  const bytes = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(size));
  for (let at = 0; at < size; at += 96) bytes.fill(0, at, Math.min(at + 32, size));
  return bytes;
};

describe('a content in zstd', () => {
  it('is decoded to what it was, however both come', () =>
    fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 5000 }),
        fc.nat(7),
        fc.integer({ min: 1, max: 6000 }),
        async (seed, times, at) => {
          const content = Buffer.concat(Array.from({ length: times }, () => seed));
          const bytes = await encoded(content, at);
          expect((await decoded(bytes, at)).equals(content)).toBe(true);
          expect(bytes.equals(await encoded(content))).toBe(true);
        },
      ),
      { numRuns: 50 },
    ));

  it('has the same bytes with every release of edgectl that names the same encoder', async () => {
    const bytes = await encoded(sample(1_500_000), 100_000);
    expect(ENCODER).toBe('hpcc-js-wasm-zstd-1.12.5-level-3');
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(
      '09bce18ff31f13e6e78a07e6d776050a400ce530a0709f6cf918dcbb9b767ab0',
    );
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(ENCODER).toContain(`-${dependencies['@hpcc-js/wasm-zstd']}-`);
  });

  it('waits for the one before it', async () => {
    const contents = [sample(1_100_000), sample(300_000), Buffer.alloc(0)];
    const together = await Promise.all(contents.map((content) => encoded(content, 70_000)));
    for (const [index, content] of contents.entries())
      expect((await decoded(together[index] ?? Buffer.alloc(0))).equals(content)).toBe(true);
  });

  it('leaves the encoder free when its reader has gone', async () => {
    for await (const _ of zstdEncoded(cut(sample(1_500_000), 1_200_000))) break;
    const next = sample(10_000);
    expect((await decoded(await encoded(next))).equals(next)).toBe(true);
  });

  it('may be several frames with something else between', async () => {
    const frame = await encoded(Buffer.from('one'));
    const skipped = Buffer.from('502a4d180400000061626364', 'hex');
    expect((await decoded(Buffer.concat([skipped, frame, skipped, frame]), 5)).toString()).toBe('oneone');
  });

  it('is refused when it is cut off or damaged', async () => {
    const bytes = await encoded(sample(300_000));
    await expect(decoded(bytes.subarray(0, -1))).rejects.toThrow('unexpected EOF');
    const flipped = Buffer.from(bytes);
    flipped[6] = ~(flipped[6] ?? 0);
    await expect(decoded(flipped)).rejects.toThrow();
  });
});

describe('a layer', () => {
  const tar = sample(200_000);
  const contentWith = (bytes: Uint8Array) => contentOf([{ bytes }]);

  it.each([
    ['none', async () => tar],
    ['gzip', async () => gzipSync(tar)],
    ['gzip', async () => Buffer.concat([gzipSync(tar.subarray(0, 9)), gzipSync(tar.subarray(9))])],
    ['zstd', () => encoded(tar)],
  ] as const)('of the packing %s is unpacked', async (how, make) => {
    const layer = contentWith(await make());
    expect(await packing(layer)).toBe(how);
    const told: number[] = [];
    expect((await buffer(unpacked(layer, (done) => told.push(done)))).equals(tar)).toBe(true);
    expect(told.at(-1)).toBe(layer.size);
  });

  it('that is empty is not packed', async () => {
    expect(await packing(contentWith(Buffer.alloc(0)))).toBe('none');
  });

  it('of gzip that is cut off is refused', async () => {
    await expect(buffer(unpacked(contentWith(gzipSync(tar).subarray(0, -20))))).rejects.toThrow(
      'unexpected end of file',
    );
  });
});
