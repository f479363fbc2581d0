import type { Digest } from '../../support/digest.ts';
import { type Paragraph, paragraphs } from './deb822.ts';

/** What apt's resolver goes by; the rest of a paragraph is for people. */
const FIELDS = [
  'Package',
  'Version',
  'Architecture',
  'Multi-Arch',
  'Essential',
  'Priority',
  'Installed-Size',
  'Pre-Depends',
  'Depends',
  'Recommends',
  'Provides',
  'Conflicts',
  'Breaks',
  'Replaces',
] as const;

/** The distribution that an archive is for, in a field that apt does not know. */
const DISTRO = 'Edgectl-Distro';

/** Where a package lies in a repository on a board: named by its digest in hex, for its own name may hold what apt reads as an escape. */
const poolName = (sha256: string): string => `${sha256}.deb`;

/** The paragraph of a package in an index for boards, from its paragraph in the index of its archive. `size` is bytes. */
export const indexEntry = (
  fields: Paragraph,
  of: { readonly sha256: string; readonly size: number; readonly codename: string },
): string => {
  const kept = FIELDS.flatMap((name) => {
    const value = fields.get(name.toLowerCase());
    return value === undefined ? [] : [`${name}: ${value.replaceAll('\n', '\n ')}\n`];
  });
  return [
    ...kept,
    `Filename: ./${poolName(of.sha256)}\n`,
    `Size: ${of.size}\n`,
    `SHA256: ${of.sha256}\n`,
    ...(of.codename === '' ? [] : [`${DISTRO}: ${of.codename}\n`]),
  ].join('');
};

/** The index of all packages of a bundle: the same packages give the same text. */
export const debIndexText = (entries: readonly string[]): string => [...new Set(entries)].sort().join('\n');

/** The paragraphs of such an index by the digest of their package. */
export const readDebIndex = (text: string): ReadonlyMap<Digest, string> =>
  new Map(
    text.split(/\n\n+/).flatMap((part) => {
      const [fields] = paragraphs(part);
      const sha256 = fields?.get('sha256') ?? '';
      return /^[0-9a-f]{64}$/.test(sha256) ? [[`sha256:${sha256}` as const, `${part.trimEnd()}\n`]] : [];
    }),
  );

/** The codename of the archive that a paragraph is from; '' where it has none. */
export const codenameOf = (entry: string): string =>
  new RegExp(`^${DISTRO}: (\\S+)$`, 'm').exec(entry)?.[1] ?? '';
