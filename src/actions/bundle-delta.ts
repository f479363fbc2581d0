import { DELTA_FILE, type Delta, deltaSums, deltaText } from '../domain/bundles/delta.ts';
import { basesFor, type DeltaSide, type OrderedLayer } from '../domain/bundles/delta-bases.ts';
import { isIndex, readImageManifest } from '../domain/bundles/image-manifest.ts';
import type { BundleItem, BundleManifest } from '../domain/bundles/manifest.ts';
import { segmentsOf } from '../domain/bundles/segments.ts';
import type { Bundle, NewBlob, NewBundle } from '../ports/bundles.ts';
import type { Meter, Patcher } from '../ports/patcher.ts';
import { bytes } from '../support/bytes.ts';
import { digest as digestOf } from '../support/digest.ts';
import { checkedBlob } from './bundle-blob.ts';
import { refuseDelta } from './bundle-delta-open.ts';
import { readBundle } from './bundle-open.ts';

/** What a delta is made against, and with what. */
export interface DeltaOn {
  readonly base: Bundle;
  readonly patcher: Patcher;
  /** Names what packed the layers of the new bundle. */
  readonly encoder: string;
  readonly tell: (says: string) => void;
  readonly meter: Meter;
}

/** What `bundle create --base` and `bundle show` print of a delta. Sizes are bytes. */
export type DeltaSums = ReturnType<typeof deltaSums>;

const layersIn = async (bundle: Bundle, { contents }: BundleManifest): Promise<readonly OrderedLayer[]> => {
  const layers: OrderedLayer[] = [];
  for (const { what, role, arch, digest } of contents) {
    if (role !== 'image' || arch === 'any') continue;
    const text = (await bundle.text(`blobs/${digest.replace(':', '/')}`)) ?? '';
    const manifest = readImageManifest(what, text);
    if (!isIndex(manifest))
      layers.push(
        ...manifest.layers.map((one) => ({ image: what, arch, digest: one.digest, encoded: false })),
      );
  }
  return layers;
};

const patchOf = async (
  item: BundleItem,
  blob: NewBlob,
  side: DeltaSide,
  of: DeltaOn,
  packed: boolean,
  from: string,
) => {
  const old = side.contents.find(({ digest }) => digest === from);
  if (!old) return undefined;
  of.tell(`compare ${item.what} with ${old.what}, ${bytes(item.size)}`);
  const content = await checkedBlob(of.base, old);
  const parts = await of.patcher.make(
    { content, packed, name: old.what },
    { content: blob.file, packed, name: item.what },
    segmentsOf,
    of.meter,
  );
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  return parts.length > 0 && size < item.size ? { base: old.digest, packed, parts } : undefined;
};

/**
 * A bundle without what another one has: its small files, `delta.json`, and of every blob that changed what is smaller, the blob
 * or the parts that make it out of an old one. Throws BUNDLE_INVALID when the other one is damaged, or a delta itself.
 */
export const deltaBundle = async (
  whole: NewBundle,
  manifest: BundleManifest,
  layers: readonly OrderedLayer[],
  of: DeltaOn,
): Promise<{ readonly bundle: NewBundle; readonly sums: DeltaSums }> => {
  const { base } = of;
  const before = await readBundle(base);
  await refuseDelta(base);
  const side = { contents: before.manifest.contents, layers: await layersIn(base, before.manifest) };
  const bases = basesFor({ contents: manifest.contents, layers }, side);
  const known = new Set<string>(side.contents.map(({ digest }) => digest));
  const items = new Map<string, BundleItem>(manifest.contents.map((item) => [item.digest, item]));
  const blobs = new Map<string, NewBlob>();
  const [same, full, patched]: [BundleItem['digest'][], BundleItem['digest'][], Delta['patched'][number][]] =
    [[], [], []];
  for (const blob of whole.blobs) {
    const item = items.get(blob.digest);
    if (!item) continue;
    if (known.has(item.digest)) {
      same.push(item.digest);
      continue;
    }
    const from = bases.get(item.digest);
    const patch = from && (await patchOf(item, blob, side, of, from.packed, from.digest));
    if (patch) {
      const segments = patch.parts.map(({ digest, size, makes, from, length }) => ({
        digest,
        size,
        makes,
        from,
        length,
      }));
      patched.push({ digest: item.digest, base: patch.base, packed: patch.packed, segments });
      for (const { digest, file } of patch.parts)
        blobs.set(digest, { digest, file, name: `${item.what}, a segment` });
    } else {
      full.push(item.digest);
      blobs.set(item.digest, blob);
    }
  }
  const { name, serial } = before.manifest;
  const mark = { name, serial, digest: digestOf(before.text) };
  const delta: Delta = { format: 1, encoder: of.encoder, base: mark, same, full, patched };
  return {
    bundle: { texts: { ...whole.texts, [DELTA_FILE]: deltaText(delta) }, blobs: [...blobs.values()] },
    sums: deltaSums(delta, manifest),
  };
};
