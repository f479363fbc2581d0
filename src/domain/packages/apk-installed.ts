import type { OsPackage } from './os-package.ts';

/**
 * The packages in apk's database of installed ones: records of `letter:value` lines between empty lines (apk-tools 2, and
 * 3 where it writes that form). What has no name or version is left out.
 */
export const readApkInstalled = (text: string): readonly OsPackage[] => {
  const packages: OsPackage[] = [];
  let fields = new Map<string, string>();
  const close = () => {
    const [name, version, arch, licence] = ['P', 'V', 'A', 'L'].map((key) => fields.get(key) ?? '');
    if (name && version)
      packages.push({ kind: 'apk', name, version, arch: arch ?? '', licences: licence ? [licence] : [] });
    fields = new Map();
  };
  for (const line of text.split('\n')) {
    if (line.trim() === '') close();
    // Lines about files stand below; the first of a letter is that of the package.
    else if (line[1] === ':' && !fields.has(line.charAt(0))) fields.set(line.charAt(0), line.slice(2).trim());
  }
  close();
  return packages;
};
