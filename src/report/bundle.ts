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

/** What a bundle holds, biggest group first as they stand in it, with sizes and their sum. */
export const bundleText = (of: {
  readonly name: string;
  readonly serial: number;
  readonly created: string;
  readonly contents: readonly Row[];
}): string => {
  const total = of.contents.reduce((sum, { size }) => sum + size, 0);
  const rows = of.contents.map(({ what, role, arch, digest, size }) => [
    what,
    role,
    arch,
    bytes(size),
    digest.slice(0, 19),
  ]);
  return [
    `${of.name}, serial ${of.serial}, of ${of.created}: ${bytes(total)}`,
    '',
    table([['WHAT', 'ROLE', 'ARCH', 'SIZE', 'DIGEST'], ...rows]),
  ].join('\n');
};
