import { isFlat, releaseFolder } from './places.ts';
import type { DebianRelease, NamedFile } from './release.ts';

const PACKINGS = { gz: '.gz', none: '', xz: '.xz' } as const;

/** One form of an index in an archive; `paths` start at the archive's root, the first choice first. */
interface Form extends NamedFile {
  readonly packing: keyof typeof PACKINGS;
  readonly paths: readonly string[];
}

/** A Packages index: its forms, the best first, and how many bytes it has at most. */
export interface PackagesIndex {
  readonly forms: readonly Form[];
  readonly most: number;
}

const MOST_BYTES = 400 * 1024 * 1024;

const indexAt = (release: DebianRelease, suite: string, folder: string): PackagesIndex => {
  const root = releaseFolder(suite);
  const forms = (['gz', 'none', 'xz'] as const).flatMap((packing) => {
    const path = `${folder}Packages${PACKINGS[packing]}`;
    const file = release.files.get(path);
    if (!file) return [];
    const hashed = `${root}/${folder}by-hash/SHA256/${file.digest.replace('sha256:', '')}`;
    return [{ ...file, packing, paths: [...(release.byHash ? [hashed] : []), `${root}/${path}`] }];
  });
  const plain = release.files.get(`${folder}Packages`);
  return { forms, most: Math.min(plain?.size ?? MOST_BYTES, MOST_BYTES) };
};

/** The indexes that list the packages for an architecture, or which component the archive lacks, one text each. */
export const indexesOf = (
  release: DebianRelease,
  of: { readonly suite: string; readonly components: readonly string[]; readonly arch: string },
): { readonly indexes: readonly PackagesIndex[]; readonly lacking: readonly string[] } => {
  if (isFlat(of.suite)) {
    const index = indexAt(release, of.suite, '');
    return index.forms.length > 0
      ? { indexes: [index], lacking: [] }
      : { indexes: [], lacking: ['Packages'] };
  }
  const wanted = of.components.map((component) => ({
    component,
    index: indexAt(release, of.suite, `${component}/binary-${of.arch}/`),
  }));
  const apart = of.components.map((component) => indexAt(release, of.suite, `${component}/binary-all/`));
  const all = [...wanted.map(({ index }) => index), ...(release.allApart ? apart : [])];
  return {
    indexes: all.filter(({ forms }) => forms.length > 0),
    lacking: wanted
      .filter(({ index }) => index.forms.length === 0)
      .map(({ component }) => `${component}/binary-${of.arch}`),
  };
};
