import type { Paragraph } from './deb822.ts';
import { type Group, readRelations } from './relation.ts';
import { isVersion } from './version.ts';

/** A name that a package gives besides its own; without a version it satisfies no relation that asks for one. */
export interface Provided {
  readonly name: string;
  readonly version?: string;
}

/** A package as dpkg knows it. What it asks for is read when somebody asks: an index has 60,000 packages. */
export interface DebPackage {
  readonly name: string;
  readonly version: string;
  /** `all`, or an architecture as Debian names it. */
  readonly arch: string;
  /** `no`, `same`, `foreign` or `allowed`; `unknown` where only a list of names is there. */
  readonly multiArch: string;
  readonly provides: readonly Provided[];
  /** Pre-Depends, then Depends. */
  readonly needs: () => readonly Group[];
  /** Conflicts and Breaks: each group is one relation. */
  readonly refuses: () => readonly Group[];
}

/** A package in an archive. `filename` starts at the archive's root, `size` is bytes, `sha256` 64 hex digits. */
export interface ArchivedPackage extends DebPackage {
  readonly filename: string;
  readonly size: number;
  readonly sha256: string;
  /** Which of the archives it is from, by its place among them. */
  readonly archive: number;
  /** Lower is preferred where several packages provide what is wanted: as in Debian Policy 2.5, essential ones first. */
  readonly rank: number;
  /** Its paragraph in the index of the archive. */
  readonly fields: Paragraph;
}

const PRIORITIES = ['required', 'important', 'standard', 'optional'];

const rankOf = (fields: Paragraph): number => {
  if (fields.get('essential') === 'yes') return -1;
  const place = PRIORITIES.indexOf(fields.get('priority') ?? '');
  return place === -1 ? PRIORITIES.length : place;
};

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

const both = (fields: Paragraph, names: readonly string[], board: string) =>
  once(() => names.flatMap((name) => readRelations(fields.get(name) ?? '', board)));

const NAME = /^[A-Za-z0-9][A-Za-z0-9+.-]*$/;

/** A paragraph of a Packages index or of a status file, for a board of one architecture; undefined when it is no package. */
export const readPackage = (fields: Paragraph, board: string): DebPackage | undefined => {
  const [name = '', version = '', arch = ''] = ['package', 'version', 'architecture'].map((field) =>
    fields.get(field),
  );
  if (!NAME.test(name) || !isVersion(version) || !/^[a-z0-9-]+$/.test(arch)) return undefined;
  const provides = readRelations(fields.get('provides') ?? '', board).flatMap((group) =>
    group.map((each) => ({
      name: each.name,
      ...(each.version === undefined ? {} : { version: each.version }),
    })),
  );
  return {
    name,
    version,
    arch,
    multiArch: fields.get('multi-arch') ?? 'no',
    provides,
    needs: both(fields, ['pre-depends', 'depends'], board),
    refuses: both(fields, ['conflicts', 'breaks'], board),
  };
};

/** No way out of the archive: a relative path without "..". */
const isInside = (path: string): boolean =>
  path !== '' && !path.startsWith('/') && !path.split('/').includes('..') && !/[\p{Cc}\\]/u.test(path);

/** A paragraph of a Packages index; undefined when it is for other boards, or lacks what a download is checked with. */
export const readArchived = (
  fields: Paragraph,
  board: string,
  archive: number,
): ArchivedPackage | undefined => {
  const read = readPackage(fields, board);
  if (!read || (read.arch !== board && read.arch !== 'all')) return undefined;
  const [filename = '', sha256 = '', size = ''] = ['filename', 'sha256', 'size'].map((name) =>
    fields.get(name),
  );
  if (!isInside(filename) || !/^[0-9a-f]{64}$/.test(sha256) || !/^\d{1,15}$/.test(size)) return undefined;
  return { ...read, filename, sha256, size: Number(size), archive, rank: rankOf(fields), fields };
};

/** What apt calls the file of a package: `name_version_arch.deb`, the colon of an epoch as `%3a`. */
export const debFileName = ({ name, version, arch }: DebPackage): string =>
  `${name}_${version.replaceAll(':', '%3a')}_${arch}.deb`;

/** What the file of a package is called after; undefined when that is no such name. */
export const readDebFileName = (file: string): Pick<DebPackage, 'name' | 'version' | 'arch'> | undefined => {
  const [, name, version, arch] = /^([^_]+)_([^_]+)_([^_]+)\.deb$/.exec(file) ?? [];
  return name && version && arch ? { name, version: version.replaceAll('%3a', ':'), arch } : undefined;
};
