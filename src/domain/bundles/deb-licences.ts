import { readDebFileName } from '../debian/package.ts';
import { copyrightOf, type Reading } from '../packages/question.ts';
import { rootOf } from '../packages/root.ts';
import type { BundleItem } from './manifest.ts';

/** A package of a bundle, and what its files answered to PACKAGE_QUESTION. */
export interface AnsweredDeb {
  readonly item: BundleItem;
  readonly answer: Parameters<typeof rootOf<Reading>>[0][number];
}

/** What the copyright file of a package says; `unread` names it where it was too big. */
export interface DebLicences {
  readonly licences: readonly string[];
  readonly unread: readonly string[];
}

/** The licences of a bundle's packages, by `debKey`. */
export type LicencesByDeb = ReadonlyMap<string, DebLicences>;

/** One package of a bundle for one architecture. */
export const debKey = ({ what, arch, digest }: BundleItem): string => `${what} ${arch} ${digest}`;

/**
 * The licences of packages. Some have in place of a copyright a link to that of another one from the same source (Debian
 * Policy 12.3), which is followed where that one comes along for the same boards.
 */
export const licencesOfDebs = (debs: readonly AnsweredDeb[]): LicencesByDeb => {
  const sorted = debs.toSorted((one, other) => (debKey(one.item) < debKey(other.item) ? -1 : 1));
  const archOf = ({ item }: AnsweredDeb): string => item.arch;
  const together = new Map(
    [...new Set(sorted.map(archOf))].map((arch) => {
      const answers = sorted.filter((one) => archOf(one) === arch).map(({ answer }) => answer);
      return [arch, rootOf(answers)];
    }),
  );
  return new Map(
    sorted.map((deb) => {
      const path = copyrightOf(readDebFileName(deb.item.what)?.name ?? '');
      // Only then: another version of it may come along, and its copyright is not this one's.
      const leadsOut = deb.answer.some((one) => 'link' in one && `${path}/`.startsWith(`${one.path}/`));
      const found = (leadsOut ? together.get(archOf(deb)) : rootOf([deb.answer]))?.at(path);
      const licences = typeof found === 'object' && 'licences' in found.value ? found.value.licences : [];
      return [debKey(deb.item), { licences, unread: found === 'unread' ? [path] : [] }];
    }),
  );
};
