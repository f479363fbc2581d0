import * as z from 'zod';
import { DigestText } from '../../spec/digest-text.ts';
import type { BundleManifest } from './manifest.ts';
import { REGION, SEGMENT } from './segments.ts';

/** The file of a delta bundle that says how the bundle comes out of another one. */
export const DELTA_FILE = 'delta.json';

const Size = z.int().nonnegative();

// `size` bytes of a blob make so many of the new content, from `length` bytes of the old one, `from` on.
const Part = z.strictObject({
  digest: DigestText,
  size: Size,
  makes: z.int().positive().max(SEGMENT),
  from: Size,
  length: z.int().positive().max(REGION),
});

const Patched = z.strictObject({
  digest: DigestText,
  base: DigestText,
  packed: z.boolean(),
  segments: z.array(Part).min(1).readonly(),
});

const Delta = z.strictObject({
  format: z.literal(1),
  encoder: z.string().min(1),
  base: z.strictObject({ name: z.string().min(1), serial: z.int().positive(), digest: DigestText }),
  same: z.array(DigestText).readonly(),
  full: z.array(DigestText).readonly(),
  patched: z.array(Patched).readonly(),
});

/**
 * A blob that is made from `base`, a blob of the other bundle. `packed`: parts are of what the blobs unpack to, and the result is
 * packed by `encoder` again.
 */
export type PatchedBlob = Readonly<z.infer<typeof Patched>>;

/**
 * `delta.json`: which bundle it needs, and what becomes of every blob. It bears no signature: whatever it makes counts only by the
 * digests of `bundle.json`, which does.
 */
export type Delta = Readonly<z.infer<typeof Delta>>;

const byDigest = (one: { readonly digest: string }, other: { readonly digest: string }): number =>
  one.digest < other.digest ? -1 : 1;

/** The text of `delta.json`: the same delta gives the same bytes. */
export const deltaText = ({ format, encoder, base, same, full, patched }: Delta): string =>
  `${JSON.stringify(
    {
      format,
      encoder,
      base,
      same: same.toSorted(),
      full: full.toSorted(),
      patched: patched.toSorted(byDigest),
    },
    undefined,
    2,
  )}\n`;

/** Reads `delta.json`; undefined when it is none, or of a newer format. */
export const readDelta = (text: string): Delta | undefined => {
  try {
    return Delta.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};

/** A blob that lies in a bundle: its size in bytes, and what it is for. */
export interface LyingBlob {
  readonly size: number;
  readonly what: string;
}

/** The blobs that lie in a bundle, by digest: all that it names, or, in a delta, those that come whole and the parts. */
export const lyingBlobs = ({ contents }: BundleManifest, delta?: Delta): ReadonlyMap<string, LyingBlob> => {
  const items = new Map<string, LyingBlob>(
    contents.map(({ digest, size, what }) => [digest, { size, what }]),
  );
  if (!delta) return items;
  const blobs = new Map<string, LyingBlob>();
  for (const digest of delta.full) {
    const item = items.get(digest);
    if (item) blobs.set(digest, item);
  }
  for (const { digest, segments } of delta.patched)
    for (const [index, part] of segments.entries()) {
      const what = `${items.get(digest)?.what ?? digest}, segment ${index + 1} of ${segments.length}`;
      blobs.set(part.digest, { size: part.size, what });
    }
  return blobs;
};

/** What a delta says nothing of, or too much: a text each; empty when it makes exactly the blobs of its bundle. */
export const deltaFaults = (delta: Delta, { contents }: BundleManifest): readonly string[] => {
  const said = [...delta.same, ...delta.full, ...delta.patched.map(({ digest }) => digest)];
  const items = new Map<string, string>(contents.map(({ digest, what }) => [digest, what]));
  return [
    ...[...items]
      .filter(([digest]) => !said.some((one) => one === digest))
      .map(([digest, what]) => `it says nothing of ${what} (${digest})`),
    ...said
      .filter((digest) => !items.has(digest))
      .map((digest) => `the blob ${digest} is not in bundle.json`),
  ];
};

/** What a delta is, in numbers: blobs of each kind, the bytes of the bundle, and those of them that the delta has. */
export const deltaSums = (delta: Delta, manifest: BundleManifest) => {
  const sizes = new Map<string, number>(manifest.contents.map(({ digest, size }) => [digest, size]));
  const sum = (all: Iterable<number>) => [...all].reduce((one, other) => one + other, 0);
  return {
    base: delta.base,
    same: delta.same.length,
    full: delta.full.length,
    patched: delta.patched.length,
    size: sum([...lyingBlobs(manifest, delta).values()].map(({ size }) => size)),
    whole: sum(sizes.values()),
  };
};
