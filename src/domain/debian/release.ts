import type { Digest } from '../../support/digest.ts';
import { Problem } from '../../support/problem.ts';
import { paragraphs } from './deb822.ts';
import { isFlat } from './places.ts';

/** A file that a release names, by its path below the release's folder. Sizes are bytes. */
export interface NamedFile {
  readonly digest: Digest;
  readonly size: number;
}

/** What a release of an archive says of itself. Times are milliseconds since 1970; NaN when they cannot be read. */
export interface DebianRelease {
  readonly origin: string;
  readonly suite: string;
  readonly codename: string;
  /** As Debian names them; empty when it does not say. */
  readonly arches: readonly string[];
  readonly date: number | undefined;
  readonly validUntil: number | undefined;
  readonly byHash: boolean;
  /** Packages for every architecture stand in an index of their own. */
  readonly allApart: boolean;
  readonly files: ReadonlyMap<string, NamedFile>;
}

const DAY_MS = 86_400_000;
const filesIn = (list: string): ReadonlyMap<string, NamedFile> =>
  new Map(
    list.split('\n').flatMap((line) => {
      const [, sha256, size, path] = /^([0-9a-f]{64})\s+(\d{1,15})\s+(\S+)$/.exec(line) ?? [];
      return path === undefined
        ? []
        : [[path.replace(/^\.\//, ''), { digest: `sha256:${sha256}` as const, size: Number(size) }] as const];
    }),
  );

// JavaScript makes a time of almost any text; this is the form of deb822 releases.
const TIME = /^[A-Z][a-z]{2}, +\d{1,2} [A-Z][a-z]{2} \d{4} \d\d?:\d\d:\d\d (UTC|GMT|\+0000)$/;

const timeOf = (text: string): number | undefined => {
  if (text === '') return undefined;
  return TIME.test(text) ? Date.parse(text) : Number.NaN;
};

/** Reads the signed text of a release. */
export const readDebianRelease = (text: string): DebianRelease => {
  const [fields] = paragraphs(text);
  const field = (name: string): string => fields?.get(name) ?? '';
  const arches = field('architectures').split(/\s+/).filter(Boolean);
  return {
    origin: field('origin'),
    suite: field('suite'),
    codename: field('codename'),
    arches,
    date: timeOf(field('date')),
    validUntil: timeOf(field('valid-until')),
    byHash: field('acquire-by-hash') === 'yes',
    allApart: arches.includes('all') && field('no-support-for-architecture-all') !== 'Packages',
    files: filesIn(field('sha256')),
  };
};

const day = (time: number): string => new Date(time).toISOString().slice(0, 16).replace('T', ' ');

const isOf = (suite: string, { suite: name, codename }: DebianRelease): boolean =>
  isFlat(suite) ||
  [name, codename].every((each) => each === '') ||
  [name, codename].includes(suite.split('/')[0] ?? '');

/**
 * Why a release may not be used now, as an old one that a mirror replays; undefined when it may. One that the pins name
 * by its digest is not asked: it is the one that was meant. `at` names it in messages, `now` is in milliseconds.
 */
export const staleness = (
  release: DebianRelease,
  { at, suite, now }: { readonly at: string; readonly suite: string; readonly now: number },
): Problem | undefined => {
  const { date, validUntil } = release;
  const refuse = (message: string, hint: string) =>
    new Problem('ARCHIVE_UNTRUSTED', `${at}: ${message}; nothing of it is used`, { hint });
  if (Number.isNaN(date ?? 0) || Number.isNaN(validUntil ?? 0))
    return refuse('its Date or Valid-Until is no time', 'the archive is not as Debian makes them');
  if (date !== undefined && date > now + DAY_MS)
    return refuse(`its release is of ${day(date)}, which is yet to come`, 'set the clock of this machine');
  if (validUntil !== undefined && validUntil < now)
    return refuse(
      `its release has expired on ${day(validUntil)}`,
      'the mirror is out of date; to use an old state on purpose, pin it with `release: SHA256`',
    );
  if (!isOf(suite, release))
    return refuse(
      `it is the release "${release.suite}" ("${release.codename}"), not "${suite}"`,
      'name the suite as the archive does; or if this is the right one, pin it with `release: SHA256`',
    );
  return undefined;
};
