import { paragraphs } from '../debian/deb822.ts';
import { readDebFileName, readPackage } from '../debian/package.ts';
import { readDebPurl } from '../debian/purl.ts';
import type { BundleItem } from './manifest.ts';

/** A field of a control file, and what it is called where bundle.json says the same. */
const FIELDS = [
  ['Package', 'name'],
  ['Version', 'version'],
  ['Architecture', 'arch'],
] as const;

/**
 * What is wrong with a package of a bundle by the text of its control file (deb-control(5)): everything in which it is not what
 * bundle.json says of it.
 */
export const debFaults = (
  { what, arch, version, purl }: Pick<BundleItem, 'what' | 'arch' | 'version' | 'purl'>,
  control: string,
): readonly string[] => {
  const [fields = new Map<string, string>()] = paragraphs(control);
  const found = readPackage(fields, arch);
  if (!found) return ['its control file has no sound Package, Version and Architecture'];
  const named = readDebFileName(what);
  const linked = purl === undefined ? undefined : readDebPurl(purl);
  const faults = FIELDS.flatMap(([field, key]) => {
    const wanted = [named?.[key], linked?.[key], key === 'version' ? version : undefined];
    const others = new Set(wanted.filter((one) => one !== undefined && one !== found[key]));
    return [...others].map((one) => `its control file says ${field} ${found[key]}, bundle.json says ${one}`);
  });
  return [
    ...(named ? [] : ['bundle.json does not call it NAME_VERSION_ARCHITECTURE.deb']),
    ...(linked || purl === undefined
      ? []
      : [`bundle.json has ${purl} for it, which is no package URL of one`]),
    ...faults,
    ...(found.arch === arch || found.arch === 'all'
      ? []
      : [`it is for ${found.arch}, bundle.json has it for ${arch}`]),
  ];
};
