import * as z from 'zod';
import { DigestText } from '../../spec/digest-text.ts';
import { ARCHES, type Arch } from '../../support/arch.ts';
import { given } from '../../support/given.ts';

const Size = z.int().nonnegative();

const Item = z.strictObject({
  what: z.string().min(1),
  role: z.enum(['k3s-binary', 'k3s-images', 'file', 'model', 'image', 'image-config', 'image-layer', 'deb']),
  arch: z.enum([...ARCHES, 'any']),
  digest: DigestText,
  size: Size,
  version: z.string().min(1).optional(),
  purl: z.string().startsWith('pkg:').optional(),
});

const Image = z.strictObject({
  name: z.string().min(1),
  digest: DigestText,
  arch: z.enum([...ARCHES, 'any']),
  layers: z.literal('zstd').optional(),
});

const Manifest = z.strictObject({
  format: z.literal(1),
  name: z.string().min(1),
  serial: z.int().positive(),
  created: z.string().regex(/^\d{4}-\d\d-\d\d$/),
  k3s: z.strictObject({ version: z.string().min(1) }).optional(),
  images: z.array(Image).readonly().optional(),
  contents: z.array(Item).readonly(),
  parts: z.array(
    z.strictObject({ path: z.string().regex(/^[a-z][a-z.-]*$/), digest: DigestText, size: Size }),
  ),
});

/**
 * One blob of a bundle: its name at the source, what it is for, and whose boards take it. Sizes are bytes; `purl` is its
 * package URL where it is a package.
 */
export type BundleItem = Readonly<z.infer<typeof Item>>;

/**
 * An image of a bundle: its name, the digest that it was pinned by, and whose boards it is for. `layers`: they were
 * re-encoded, so that its manifest has another digest now.
 */
export type BundleImage = Readonly<z.infer<typeof Image>>;

/** `bundle.json`: what a bundle holds. Its signature covers everything, since everything is named here by its digest. */
export type BundleManifest = Readonly<z.infer<typeof Manifest>>;

const orderOf = ({ role, what, arch, digest }: BundleItem): string => `${role} ${what} ${arch} ${digest}`;

const imageEntry = ({ name, digest, arch, layers }: BundleImage) => ({
  name,
  digest,
  arch,
  ...given({ layers }),
});

/** The text of `bundle.json`: the same manifest gives the same bytes, in whatever order its contents were found. */
export const manifestText = (manifest: BundleManifest): string => {
  const { format, name, serial, created, k3s, images, contents, parts } = manifest;
  const sorted = contents.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  const items = sorted.map(({ what, role, arch, digest, size, version, purl }) => ({
    what,
    role,
    arch,
    digest,
    size,
    ...given({ version, purl }),
  }));
  const named = images?.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const ordered = {
    format,
    name,
    serial,
    created,
    ...(k3s ? { k3s } : {}),
    ...(named ? { images: named.map(imageEntry) } : {}),
    contents: items,
    parts,
  };
  return `${JSON.stringify(ordered, undefined, 2)}\n`;
};

/** Reads `bundle.json`; undefined when it is none, or of a newer format. */
export const readManifest = (text: string): BundleManifest | undefined => {
  try {
    return Manifest.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};

/** The architectures that a bundle is for; none when everything in it is for any. */
export const archesOf = ({ contents }: Pick<BundleManifest, 'contents'>): readonly Arch[] =>
  [...new Set(contents.map(({ arch }) => arch))].filter((arch) => arch !== 'any').sort();
