import type { Delta, PatchedBlob } from '../domain/bundles/delta.ts';
import type { BundleItem } from '../domain/bundles/manifest.ts';
import type { Bundle, BundleWriter, NewBlob, NewBundle } from '../ports/bundles.ts';
import type { Meter, Patcher } from '../ports/patcher.ts';
import type { LocalContent } from '../ports/source.ts';
import { bytes } from '../support/bytes.ts';
import { type Digest, digest as digestOf } from '../support/digest.ts';
import { Problem } from '../support/problem.ts';
import { checkedBlob } from './bundle-blob.ts';
import { deltaOf, refuseDelta } from './bundle-delta-open.ts';
import { openBundle, partFaults, readBundle, type Trust } from './bundle-open.ts';

/** A delta, the bundle that it needs, and what makes a whole bundle of them. */
export interface ApplyDelta {
  readonly delta: Bundle;
  readonly base: Bundle;
  readonly path: string;
  readonly trust: Trust;
  readonly patcher: Patcher;
  /** Names what packs layers here. */
  readonly encoder: string;
  readonly writer: BundleWriter;
  /** Whether the bundle is at its place already; throws FILE_FOREIGN when something else is. */
  readonly isThere: (path: string, bundle: NewBundle) => Promise<boolean>;
  readonly tell: (says: string) => void;
  readonly meter: Meter;
}

/** What `bundle apply` prints as JSON. Sizes are bytes. */
export interface AppliedDelta {
  readonly path: string;
  readonly name: string;
  readonly serial: number;
  readonly digest: Digest;
  readonly signer: string | null;
  readonly blobs: number;
  readonly size: number;
  readonly changes: number;
}

const refuseOther = async ({ base, delta: { path }, encoder }: ApplyDelta, delta: Delta): Promise<void> => {
  await refuseDelta(base);
  const { manifest, text } = await readBundle(base);
  const { name, serial, digest } = delta.base;
  if (digestOf(text) !== digest)
    throw new Problem(
      'DELTA_BASE_WRONG',
      `${path} was made for ${name}, serial ${serial} (${digest}); ${base.path} is ${manifest.name}, serial ${manifest.serial} (${digestOf(text)})`,
      { hint: 'name that bundle with --base; `edgectl bundle verify` prints the digest of one' },
    );
  if (delta.encoder !== encoder && delta.patched.some(({ packed }) => packed))
    throw new Problem(
      'BUNDLE_INVALID',
      `${path}: its layers were packed by ${delta.encoder}, this edgectl has ${encoder}`,
      { hint: 'apply it with the release of edgectl that made it, or get the whole bundle' },
    );
};

const makeBlob = async (item: BundleItem, patched: PatchedBlob, of: ApplyDelta): Promise<LocalContent> => {
  const { delta, base, patcher } = of;
  of.tell(`make ${item.what}, ${bytes(item.size)}`);
  const count = patched.segments.length;
  const parts = [];
  for (const [index, { digest, makes, from, length }] of patched.segments.entries()) {
    const what = `${item.what}, segment ${index + 1} of ${count}`;
    parts.push({ makes, from, length, content: await checkedBlob(delta, { digest, what }) });
  }
  const content = await checkedBlob(base, { digest: patched.base, what: item.what });
  const before = { content, packed: patched.packed, name: item.what };
  const made = await patcher.apply(before, parts, of.meter);
  if (made.digest === item.digest) return made.file;
  throw new Problem(
    'BUNDLE_INVALID',
    `${delta.path}: what it makes of ${item.what} has the digest ${made.digest}, not ${item.digest}`,
    {
      hint: 'get the delta again from where it was made: nothing was used of it',
    },
  );
};

/**
 * Makes the whole bundle out of a delta and the bundle that it was made for: the same, byte for byte, as if it had been made
 * from its pins, so that its signature holds. Whole or not at all; throws BUNDLE_UNTRUSTED, BUNDLE_INVALID,
 * DELTA_BASE_WRONG, TOOL_MISSING.
 */
export const applyDelta = async (of: ApplyDelta): Promise<AppliedDelta> => {
  const { manifest, text, signer } = await openBundle(of.delta, of.trust);
  const delta = await deltaOf(of.delta, manifest);
  if (!delta)
    throw new Problem('BUNDLE_INVALID', `${of.delta.path} is no delta: it is whole as it is`, {
      hint: 'use it without applying it; `edgectl bundle copy` writes it elsewhere',
    });
  const faults = await partFaults(of.delta, manifest);
  if (faults.length > 0)
    throw new Problem('BUNDLE_INVALID', `${of.delta.path}: ${faults.join(', ')}; nothing of it is used`, {
      hint: 'copy the delta again',
    });
  await refuseOther(of, delta);
  const items = [...new Map(manifest.contents.map((item) => [item.digest, item])).values()];
  const same = new Set<string>(delta.same);
  const patched = new Map<string, PatchedBlob>(delta.patched.map((one) => [one.digest, one]));
  const sizeOf = (some: readonly BundleItem[]): number => some.reduce((sum, item) => sum + item.size, 0);
  const lying = sizeOf(items.filter(({ digest }) => !patched.has(digest)));
  const progress = of.meter('check');
  const texts: Record<string, string> = { 'bundle.json': text };
  for (const name of [...manifest.parts.map(({ path }) => path), 'bundle.json.sig']) {
    const found = await of.delta.text(name);
    if (found !== undefined) texts[name] = found;
  }
  const there = await of.isThere(of.path, { texts, blobs: [] });
  const blobs: NewBlob[] = [];
  let done = 0;
  const check = async (item: BundleItem): Promise<LocalContent> => {
    const bundle = same.has(item.digest) ? of.base : of.delta;
    const file = await checkedBlob(bundle, item, (at) => progress(done + at, lying));
    done += item.size;
    return file;
  };
  for (const item of there ? [] : items) {
    const patch = patched.get(item.digest);
    const file = patch ? await makeBlob(item, patch, of) : await check(item);
    blobs.push({ digest: item.digest, file, name: item.what });
  }
  const wrote = there ? 'same' : await of.writer.write(of.path, { texts, blobs }, of.meter('write'));
  const { name, serial } = manifest;
  return {
    path: of.path,
    name,
    serial,
    digest: digestOf(text),
    signer: signer ?? null,
    blobs: items.length,
    size: sizeOf(items),
    changes: wrote === 'written' ? 1 : 0,
  };
};
