import { Enums, Models } from '@cyclonedx/cyclonedx-library';
import { PackageURL } from 'packageurl-js';
import { given } from '../../support/given.ts';
import { debPurl } from '../debian/purl.ts';
import type { ImagePackages } from '../packages/image-packages.ts';
import { licencesOf } from '../packages/licences.ts';
import type { OsPackage, OsRelease } from '../packages/os-package.ts';

/** The distribution as package URLs name it: Debian's by its codename, where it has one, others by id and version. */
const distroOf = ({ id, version }: OsRelease): string => [id, ...(version ? [version] : [])].join('-');

const purlOf = (one: OsPackage, system: OsRelease | undefined): string => {
  const { kind, name, version, arch } = one;
  if (kind === 'deb') {
    const codename = system ? (system.codename ?? distroOf(system)) : '';
    return debPurl({ name, version, arch }, { origin: system?.id ?? '', codename });
  }
  const qualifiers = given({ arch: arch || undefined, distro: system && distroOf(system) });
  const of = new PackageURL(
    'apk',
    system?.id ?? 'unknown',
    name,
    version,
    qualifiers as Record<string, string>,
    undefined,
  );
  return of.toString();
};

/** What lies in an image: its operating system and the packages of that, each under the image's name in the bill. */
export const imageParts = (
  image: string,
  { system, packages }: ImagePackages,
): readonly Models.Component[] => [
  ...(system
    ? [
        new Models.Component(Enums.ComponentType.OperatingSystem, system.id, {
          bomRef: `${image}/system`,
          ...given({ version: system.version ?? system.codename }),
        }),
      ]
    : []),
  ...packages.map((one) => {
    const purl = purlOf(one, system);
    return new Models.Component(Enums.ComponentType.Library, one.name, {
      bomRef: `${image}/${purl}`,
      version: one.version,
      purl,
      licenses: new Models.LicenseRepository(licencesOf(one.licences)),
    });
  }),
];

/** What the bill says of an image or a package that could not be read wholly: a property for each file that is missing in it. */
export const unreadProperties = ({ unread }: Pick<ImagePackages, 'unread'>): Models.PropertyRepository =>
  new Models.PropertyRepository(unread.map((path) => new Models.Property('edgectl:unread', path)));
