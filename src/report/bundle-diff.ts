import { bytes } from '../support/bytes.ts';
import { table } from './table.ts';

interface Item {
  readonly what: string;
  readonly role: string;
  readonly arch: string;
}
interface Blob {
  readonly digest: string;
  readonly size: number;
}
interface Head {
  readonly name: string;
  readonly serial: number;
  readonly created: string;
  readonly k3s: string | null;
}

/** What became of a bundle, as `bundle diff` has it; sizes are bytes. */
interface Diff {
  readonly from: Head;
  readonly to: Head;
  readonly added: readonly (Item & Blob)[];
  readonly removed: readonly (Item & Blob)[];
  readonly changed: readonly (Item & { readonly from: Blob; readonly to: Blob })[];
  readonly same: number;
  readonly fetch: number;
}

const headText = ({ name, serial, created }: Head): string => `${name}, serial ${serial}, of ${created}`;
const short = ({ digest }: Blob): string => digest.slice(0, 19);

/** The same for people: what was added (+), removed (-) and changed (~), a line each, and how many bytes are new. */
export const bundleDiffText = ({ from, to, added, removed, changed, same, fetch }: Diff): string => {
  const one = (sign: string) => (item: Item & Blob) =>
    [sign, item.what, item.role, item.arch, bytes(item.size), short(item)] as const;
  const rows = [
    ...added.map(one('+')),
    ...removed.map(one('-')),
    ...changed.map(
      (item) =>
        [
          '~',
          item.what,
          item.role,
          item.arch,
          `${bytes(item.from.size)} → ${bytes(item.to.size)}`,
          `${short(item.from)} → ${short(item.to)}`,
        ] as const,
    ),
  ];
  const k3s = from.k3s === to.k3s ? [] : [`k3s ${from.k3s ?? 'none'} → ${to.k3s ?? 'none'}`];
  return [
    `${headText(from)} → ${headText(to)}`,
    ...k3s,
    ...(rows.length > 0 ? ['', table([['', 'WHAT', 'ROLE', 'ARCH', 'SIZE', 'DIGEST'], ...rows]), ''] : []),
    `${added.length} added, ${removed.length} removed, ${changed.length} changed, ${same} the same: ${bytes(fetch)} are new`,
  ].join('\n');
};
