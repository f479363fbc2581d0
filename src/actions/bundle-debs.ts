import type { BundleItem } from '../domain/bundles/manifest.ts';
import type { Wanted } from '../domain/debian/candidates.ts';
import { closureOf } from '../domain/debian/closure.ts';
import { indexEntry } from '../domain/debian/index-entry.ts';
import { type ArchivedPackage, debFileName } from '../domain/debian/package.ts';
import { placeIn } from '../domain/debian/places.ts';
import { readPresent } from '../domain/debian/present.ts';
import { debPurl } from '../domain/debian/purl.ts';
import type { Fetcher } from '../ports/bundles.ts';
import type { LocalFile } from '../ports/source.ts';
import type { DebPins } from '../spec/deb-pins.ts';
import type { Arch } from '../support/arch.ts';
import { isProblems, Problem } from '../support/problem.ts';
import { type OpenArchive, openArchives, packagesOf, type ReadArchives } from './debian-releases.ts';

/** A blob of a bundle with the file that it is made from; `entry` is its paragraph in the bundle's index of packages. */
export interface BroughtDeb {
  readonly item: BundleItem;
  readonly file: LocalFile;
  readonly entry: string;
}

/** Boards that take packages from the same archives, and lack the same ones. `at` are the places of the archives. */
interface Boards {
  readonly arch: Arch;
  readonly present: string | undefined;
  readonly at: readonly number[];
}

const wantedFrom = ({ packages }: DebPins[number]): readonly Wanted[] =>
  packages.map((text) => {
    const [name = '', version] = text.split('=', 2);
    return version === undefined ? { name } : { name, version };
  });

const boardsOf = (opened: readonly OpenArchive[]): readonly Boards[] => {
  const groups = new Map<string, Boards>();
  for (const [index, { pin, arches }] of opened.entries())
    for (const arch of arches) {
      const key = `${arch} ${pin.present ?? ''}`;
      const at = [...(groups.get(key)?.at ?? []), index];
      groups.set(key, { arch, present: pin.present, at });
    }
  return [...groups.values()].filter(({ at }) => at.some((index) => opened[index]?.pin.packages.length));
};

/** What has to come for some boards; a closure that cannot be had is all its problems. */
const resolve = async (
  boards: Boards,
  opened: readonly OpenArchive[],
  { archives }: ReadArchives,
): Promise<readonly ArchivedPackage[]> => {
  const { arch, at } = boards;
  const text = boards.present === undefined ? '' : await archives.present(boards.present);
  const present = readPresent(text, boards.present ?? '', arch);
  if (isProblems(present)) throw new AggregateError(present.problems);
  const packages: ArchivedPackage[] = [];
  const wanted: Wanted[] = [];
  for (const index of at) {
    const archive = opened[index];
    if (!archive) continue;
    wanted.push(...wantedFrom(archive.pin));
    for (const one of await packagesOf(archive, arch, index, archives)) packages.push(one);
  }
  const closure = closureOf({ packages, wanted, present, board: arch });
  if (isProblems(closure)) throw new AggregateError(closure.problems);
  return closure.map(({ one }) => one);
};

const fetchDeb = async (
  one: ArchivedPackage,
  arch: Arch,
  { pin, release }: OpenArchive,
  fetcher: Fetcher,
): Promise<BroughtDeb> => {
  const from = placeIn(pin.archive, one.filename);
  const digest = `sha256:${one.sha256}` as const;
  const file = await fetcher.fetch(from, digest);
  if (file.size !== one.size)
    throw new Problem('BLOB_CORRUPT', `${from} has ${file.size} bytes, its index says ${one.size}`);
  const purl = debPurl(one, release);
  return {
    item: { what: debFileName(one), role: 'deb', arch, digest, size: file.size, version: one.version, purl },
    file,
    entry: indexEntry(one.fields, { ...one, codename: release.codename }),
  };
};

/**
 * The Debian packages of a file of pins with all that they depend on, each for the boards that lack it. Nothing is
 * fetched before all releases count and everything that is wanted can be had.
 */
export const bringDebs = async (
  pins: DebPins,
  of: ReadArchives & { readonly fetcher: Fetcher },
): Promise<readonly BroughtDeb[]> => {
  const opened = await openArchives(pins, of);
  const resolved: { readonly one: ArchivedPackage; readonly arch: Arch }[] = [];
  for (const boards of boardsOf(opened))
    for (const one of await resolve(boards, opened, of)) resolved.push({ one, arch: boards.arch });
  const brought = new Map<string, BroughtDeb>();
  for (const { one, arch } of resolved) {
    const key = `${arch} ${debFileName(one)} ${one.sha256}`;
    const archive = opened[one.archive];
    if (brought.has(key) || !archive) continue;
    of.tell(`fetch ${debFileName(one)} for ${arch}`);
    brought.set(key, await fetchDeb(one, arch, archive, of.fetcher));
  }
  return [...brought.values()];
};
