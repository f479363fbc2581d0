import { PackageURL } from 'packageurl-js';
import type { DebPackage } from './package.ts';

/** The package URL of a Debian package (purl-spec, type deb). Its namespace is the vendor, which the release names as Origin. */
export const debPurl = (
  { name, version, arch }: Pick<DebPackage, 'name' | 'version' | 'arch'>,
  { origin, codename }: { readonly origin: string; readonly codename: string },
): string => {
  const vendor = origin.toLowerCase().replace(/[^a-z0-9.-]+/g, '-') || 'unknown';
  const distro = codename === '' ? {} : { distro: codename };
  return new PackageURL('deb', vendor, name, version, { arch, ...distro }, undefined).toString();
};

/** What a package URL of a Debian package says; undefined when it is none. */
export const readDebPurl = (purl: string): Pick<DebPackage, 'name' | 'version' | 'arch'> | undefined => {
  try {
    const { type, name, version, qualifiers } = PackageURL.fromString(purl);
    const arch = qualifiers?.['arch'];
    return type === 'deb' && version && arch ? { name, version, arch } : undefined;
  } catch {
    return undefined;
  }
};
