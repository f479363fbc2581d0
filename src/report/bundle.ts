import { bytes } from '../support/bytes.ts';
import { duration } from '../support/duration.ts';
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

/**
 * How far a long step is, with rate and time left; undefined where that is no news: it is told at every tenth.
 * `ms` is the time since its start.
 */
export const progressText = (
  says: string,
): ((done: number, total: number, ms: number) => string | undefined) => {
  let told = 0;
  return (done, total, ms) => {
    const tenth = total === 0 ? 10 : Math.floor((10 * done) / total);
    if (tenth <= told) return undefined;
    told = tenth;
    const rate = done / Math.max(ms, 1);
    const left = tenth === 10 ? '' : `, ${duration((total - done) / rate)} left`;
    return `${says}: ${tenth * 10} % of ${bytes(total)}, ${bytes(rate * 1000)}/s${left}`;
  };
};
