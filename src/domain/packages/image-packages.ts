import type { OsPackage, OsRelease } from './os-package.ts';
import { APK, copyrightOf, OS_RELEASE, type Reading, STATUS, STATUS_FOLDER } from './question.ts';
import { rootOf } from './root.ts';

/** What an image has installed. `unread` names the files that were too big to be read: what they say is missing here. */
export interface ImagePackages {
  readonly system: OsRelease | undefined;
  readonly packages: readonly OsPackage[];
  readonly unread: readonly string[];
}

/** Reads out of the answers of an image's layers, the lowest first, what the image has installed; each package once. */
export const packagesIn = (layers: Parameters<typeof rootOf<Reading>>[0]): ImagePackages => {
  const root = rootOf(layers);
  const unread: string[] = [];
  const reading = (path: string): Reading | undefined => {
    const found = root.at(path);
    if (found === 'unread') unread.push(path);
    return found === 'unread' ? undefined : found?.value;
  };
  const packagesAt = (path: string): readonly OsPackage[] => {
    const found = reading(path);
    return found && 'packages' in found ? found.packages : [];
  };
  const licencesOf = (one: OsPackage): readonly string[] => {
    const found = one.kind === 'deb' ? reading(copyrightOf(one.name)) : undefined;
    return found && 'licences' in found ? found.licences : one.licences;
  };
  const systems = OS_RELEASE.flatMap((path) => {
    const found = reading(path);
    return found && 'system' in found ? [found.system] : [];
  });
  const packages = new Map<string, OsPackage>();
  for (const path of [STATUS, ...root.inside(STATUS_FOLDER), ...APK])
    for (const one of packagesAt(path)) {
      const key = [one.kind, one.name, one.arch, one.version].join(' ');
      if (!packages.has(key)) packages.set(key, { ...one, licences: licencesOf(one) });
    }
  const sorted = [...packages.entries()].sort(([one], [other]) => (one < other ? -1 : 1));
  return { system: systems[0], packages: sorted.map(([, one]) => one), unread: [...new Set(unread)].sort() };
};
