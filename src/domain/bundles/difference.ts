import type { BundleItem, BundleManifest } from './manifest.ts';

/** One thing that both bundles have, with other content. Sizes are bytes. */
export interface ChangedItem extends Pick<BundleItem, 'what' | 'role' | 'arch'> {
  readonly from: Pick<BundleItem, 'digest' | 'size'>;
  readonly to: Pick<BundleItem, 'digest' | 'size'>;
}

/** How a bundle as a whole is called. */
type Head = Pick<BundleManifest, 'name' | 'serial' | 'created'> & { readonly k3s: string | null };

/** What became of a bundle. `fetch` is how many bytes the second has in blobs that the first does not have. */
export interface Difference {
  readonly from: Head;
  readonly to: Head;
  readonly added: readonly BundleItem[];
  readonly removed: readonly BundleItem[];
  readonly changed: readonly ChangedItem[];
  readonly same: number;
  readonly fetch: number;
}

/** A layer has no name but its digest, and an image has many. */
const keyOf = ({ role, what, arch, digest }: BundleItem): string =>
  [role, what, arch, role === 'image-layer' ? digest : ''].join('\n');
const byKey = ({ contents }: BundleManifest) => new Map(contents.map((item) => [keyOf(item), item]));
const headOf = ({ name, serial, created, k3s }: BundleManifest): Head => ({
  name,
  serial,
  created,
  k3s: k3s?.version ?? null,
});

/** Compares two bundles, thing by thing; a thing is what has the same role, name and architecture, a layer what has the same digest. */
export const differenceOf = (before: BundleManifest, after: BundleManifest): Difference => {
  const [old, next] = [byKey(before), byKey(after)];
  const changed = [...next].flatMap(([key, { what, role, arch, digest, size }]) => {
    const was = old.get(key);
    return was && was.digest !== digest
      ? [{ what, role, arch, from: { digest: was.digest, size: was.size }, to: { digest, size } }]
      : [];
  });
  const added = [...next.values()].filter((item) => !old.has(keyOf(item)));
  const there = new Set<string>(before.contents.map(({ digest }) => digest));
  const blobs = new Map(after.contents.map(({ digest, size }) => [digest, size]));
  return {
    from: headOf(before),
    to: headOf(after),
    added,
    removed: [...old.values()].filter((item) => !next.has(keyOf(item))),
    changed,
    same: next.size - added.length - changed.length,
    fetch: [...blobs].reduce((sum, [digest, size]) => sum + (there.has(digest) ? 0 : size), 0),
  };
};
