import { paragraphs } from '../debian/deb822.ts';
import type { OsPackage } from './os-package.ts';

/** States of dpkg in which nothing but configuration is left of a package. */
const AWAY = ['not-installed', 'config-files'];

/**
 * The packages in a dpkg status file (dpkg(1)), or in one of those that distroless images have for each package, which say
 * no state. What has no name or version is left out.
 */
export const readDpkgStatus = (text: string): readonly OsPackage[] => {
  const packages: OsPackage[] = [];
  for (const fields of paragraphs(text)) {
    const [name, version, arch] = ['package', 'version', 'architecture'].map((key) => fields.get(key) ?? '');
    const state = fields.get('status')?.split(/\s+/)[2];
    if (name && version && !(state && AWAY.includes(state)))
      packages.push({ kind: 'deb', name, version, arch: arch ?? '', licences: [] });
  }
  return packages;
};
