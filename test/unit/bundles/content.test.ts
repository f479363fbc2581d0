import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { contentOf, openContent, readContent, sliceOf } from '../../../src/adapters/files/content.ts';
import { writeContent } from '../../../src/adapters/files/write-content.ts';
import type { Piece } from '../../../src/ports/source.ts';

const BYTES = Buffer.from(Array.from({ length: 997 }, (_, index) => index % 251));
let folder = '';
let file = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'edgectl-content-'));
  file = join(folder, 'file');
  writeFileSync(file, BYTES);
});
afterAll(() => rmSync(folder, { recursive: true }));

const piece = fc
  .tuple(fc.nat(BYTES.length), fc.nat(BYTES.length), fc.boolean())
  .map(([a, b, inMemory]) => ({ start: Math.min(a, b), end: Math.max(a, b), inMemory }));

/** Some pieces, and the bytes that they stand for. */
const content = fc.array(piece, { maxLength: 6 }).map((parts) => ({
  pieces: (): readonly Piece[] =>
    parts.map(({ start, end, inMemory }) =>
      inMemory ? { bytes: BYTES.subarray(start, end) } : { path: file, start, size: end - start },
    ),
  bytes: Buffer.concat(parts.map(({ start, end }) => BYTES.subarray(start, end))),
}));

it('any slice of a content reads as that slice of its bytes, streamed or opened', async () => {
  await fc.assert(
    fc.asyncProperty(content, fc.nat(4000), fc.nat(4000), async ({ pieces, bytes }, start, size) => {
      const slice = sliceOf(contentOf(pieces()), start, size);
      const wanted = bytes.subarray(start, start + size);
      expect(slice.size).toBe(wanted.length);
      expect((await buffer(readContent(slice))).equals(wanted)).toBe(true);
      const open = await openContent(contentOf(pieces()));
      const into = Buffer.alloc(size);
      const read = await open.read(into, start);
      await open.close();
      expect(into.subarray(0, read).equals(wanted)).toBe(true);
    }),
    { numRuns: 60 },
  );
});

it('a file that has become shorter is an error, not a shorter content', async () => {
  const longer = { path: file, size: BYTES.length + 1 };
  await expect(buffer(readContent(longer))).rejects.toThrow('became shorter');
});

it('a written content goes on behind what is there, and its digest is of all of it', async () => {
  const whole = { path: file, size: BYTES.length };
  const once = await writeContent(whole, join(folder, 'once'), () => {});
  writeFileSync(join(folder, 'twice'), BYTES.subarray(0, 400));
  const told: number[] = [];
  expect(await writeContent(whole, join(folder, 'twice'), (done) => told.push(done), 400)).toBe(once);
  expect([told[0], told.at(-1)]).toEqual([400, BYTES.length]);
});
