/** The list on each machine of the bundles that were brought to it, the newest of each name. */
export const BUNDLES_SEEN = '/var/lib/edgectl/bundles.list';

/** By the name of a bundle: its serial, and the digest of its bundle.json. */
export type BundlesSeen = Readonly<Record<string, { readonly serial: number; readonly digest: string }>>;

/** The text of such a list: a line each, in order, so that the same bundles make the same text. */
export const seenText = (seen: BundlesSeen): string =>
  Object.keys(seen)
    .sort()
    .map((name) => `${name} ${seen[name]?.serial} ${seen[name]?.digest}\n`)
    .join('');

/** Reads such a list; a line that is none is left out. */
export const readSeen = (text: string): BundlesSeen =>
  Object.fromEntries(
    [...text.matchAll(/^([a-z0-9][-a-z0-9.]*) (\d{1,10}) (sha256:[0-9a-f]{64})$/gm)].map(
      ([, name = '', serial, digest = '']) => [name, { serial: Number(serial), digest }],
    ),
  );
