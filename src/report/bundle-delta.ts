import { bytes } from '../support/bytes.ts';
import { table } from './table.ts';

/** A delta in numbers; sizes are bytes. */
interface Sums {
  readonly base: { readonly name: string; readonly serial: number };
  readonly same: number;
  readonly full: number;
  readonly patched: number;
  readonly size: number;
  readonly whole: number;
}

interface Item {
  readonly what: string;
  readonly role: string;
  readonly arch: string;
  readonly digest: string;
  readonly size: number;
}

interface Parts {
  readonly full: readonly string[];
  readonly patched: readonly {
    readonly digest: string;
    readonly segments: readonly { readonly size: number }[];
  }[];
}

/** What a delta needs and saves, in a line. */
export const deltaText = ({ base, same, full, patched, size, whole }: Sums): string => {
  const percent = (whole === 0 ? 100 : (100 * size) / whole).toFixed(2);
  return `it needs ${base.name} ${base.serial}: ${bytes(size)} instead of ${bytes(whole)} (${percent} %); ${same} of its blobs are there, ${full} come whole, ${patched} ${patched === 1 ? 'is made of an old one' : 'are made of old ones'}`;
};

/** What a delta bundle brings: a line of what it needs, and each blob that is not in the other bundle with the bytes that it takes here. */
export const deltaBundleText = (
  of: {
    readonly name: string;
    readonly serial: number;
    readonly created: string;
    readonly contents: readonly Item[];
  },
  { full, patched }: Parts,
  sums: Sums,
): string => {
  const parts = new Map(
    patched.map(({ digest, segments }) => [digest, segments.reduce((sum, { size }) => sum + size, 0)]),
  );
  const items = [...new Map(of.contents.map((item) => [item.digest, item])).values()];
  const rows = items.flatMap(({ what, role, arch, digest, size }) => {
    const part = parts.get(digest);
    if (part === undefined && !full.includes(digest)) return [];
    return [[what, role, arch, bytes(size), part === undefined ? 'whole' : bytes(part), digest.slice(0, 19)]];
  });
  return [
    `${of.name}, serial ${of.serial}, of ${of.created}, as a delta`,
    deltaText(sums),
    ...(rows.length > 0 ? ['', table([['WHAT', 'ROLE', 'ARCH', 'SIZE', 'HERE', 'DIGEST'], ...rows])] : []),
  ].join('\n');
};
