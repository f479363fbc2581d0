import { bytes } from '../support/bytes.ts';
import { table } from './table.ts';

/** One blob for people; sizes are bytes. */
interface Row {
  readonly what: string;
  readonly role: string;
  readonly arch: string;
  readonly digest: string;
  readonly size: number;
}

/** An image for people: its name, the digest that it was pinned by, and how its layers were re-encoded. */
interface Image {
  readonly name: string;
  readonly digest: string;
  readonly layers?: string | undefined;
}

const sizeOf = (rows: readonly Row[]): number =>
  [...new Map(rows.map(({ digest, size }) => [digest, size])).values()].reduce((sum, size) => sum + size, 0);

const cells = (what: string, { role, arch, digest, size }: Omit<Row, 'what'>): readonly string[] => [
  what,
  role,
  arch,
  bytes(size),
  digest.slice(0, 19),
];

/** An image as a line of its own, and its parts below it without its name, architecture by architecture. */
const imageCells = (
  { name, digest, layers }: Image,
  contents: readonly Row[],
): readonly (readonly string[])[] => {
  const order = ({ arch, role }: Row): string => `${arch === 'any' ? '' : arch} ${role}`;
  const parts = contents
    .filter(({ what, role }) => what === name && role.startsWith('image'))
    .toSorted((a, b) => order(a).localeCompare(order(b)));
  const arch = [...new Set(parts.map((part) => part.arch))].filter((one) => one !== 'any').join(', ');
  return [
    cells(name, {
      role: layers === undefined ? 'image' : `image, ${layers}`,
      arch,
      digest,
      size: sizeOf(parts),
    }),
    ...parts.map((part) => cells('', part)),
  ];
};

/** What a bundle holds, with sizes and their sum, in which a blob that stands twice counts once; the parts of an image stand below it. */
export const bundleText = (of: {
  readonly name: string;
  readonly serial: number;
  readonly created: string;
  readonly contents: readonly Row[];
  readonly images?: readonly Image[] | undefined;
}): string => {
  const { contents, images = [] } = of;
  const others = contents.filter(({ what }) => !images.some(({ name }) => name === what));
  return [
    `${of.name}, serial ${of.serial}, of ${of.created}: ${bytes(sizeOf(contents))}`,
    '',
    table([
      ['WHAT', 'ROLE', 'ARCH', 'SIZE', 'DIGEST'],
      ...others.map((row) => cells(row.what, row)),
      ...images.flatMap((image) => imageCells(image, contents)),
    ]),
  ].join('\n');
};
