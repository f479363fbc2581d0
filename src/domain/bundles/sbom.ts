import { createHash } from 'node:crypto';
import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import { given } from '../../support/given.ts';
import type { ImagePackages } from '../packages/image-packages.ts';
import { licencesOf } from '../packages/licences.ts';
import { debKey, type LicencesByDeb } from './deb-licences.ts';
import type { BundleItem, BundleManifest } from './manifest.ts';
import { imageParts, unreadProperties } from './sbom-image.ts';

const KINDS = {
  'k3s-binary': Enums.ComponentType.Application,
  'k3s-images': Enums.ComponentType.Container,
  file: Enums.ComponentType.File,
  model: Enums.ComponentType.MachineLearningModel,
  image: Enums.ComponentType.Container,
  deb: Enums.ComponentType.Library,
} as const;

type Described = BundleItem & { readonly role: keyof typeof KINDS };

// An index is only a list of images, and layers and configurations are parts of one.
const isDescribed = (item: BundleItem): item is Described =>
  item.role === 'image' ? item.arch !== 'any' : item.role in KINDS;

/** A UUID (RFC 9562, version 8) out of a text: the same text gives the same. */
const uuidOf = (text: string): string => {
  const hex = createHash('sha256').update(text).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
};

/** What images have installed, by `imageKey`. */
export type PackagesByImage = ReadonlyMap<string, ImagePackages>;

/** One image of a bundle for one architecture. */
export const imageKey = ({ what, arch }: Pick<BundleItem, 'what' | 'arch'>): string => `${what} ${arch}`;

/** What was read inside the blobs of a bundle. */
interface Inside {
  readonly packages: PackagesByImage;
  readonly licences: LicencesByDeb;
}

const componentOf = (item: Described, k3s: string | undefined, { packages, licences }: Inside) => {
  const { what, role, arch, digest, purl } = item;
  const version = role.startsWith('k3s-') ? k3s : item.version;
  const bomRef = `${role}/${what}/${arch}`;
  const within = role === 'image' ? packages.get(imageKey(item)) : undefined;
  const parts = within ? imageParts(bomRef, within) : [];
  const documented = role === 'deb' ? licences.get(debKey(item)) : undefined;
  const read = within ?? documented;
  return new Models.Component(KINDS[role], what, {
    bomRef,
    ...given({ version, purl }),
    hashes: new Models.HashDictionary([[Enums.HashAlgorithm['SHA-256'], digest.replace('sha256:', '')]]),
    components: new Models.ComponentRepository(parts),
    dependencies: new Models.BomRefRepository(parts.map((part) => part.bomRef)),
    licenses: new Models.LicenseRepository(licencesOf(documented?.licences ?? [])),
    ...(read ? { properties: unreadProperties(read) } : {}),
  });
};

const refOf = ({ role, what, arch, digest }: BundleItem): string => `${role}/${what}/${arch} ${digest}`;

/**
 * The bundle's bill of materials: CycloneDX 1.6 as JSON, the same for the same contents. What images have installed stands
 * inside them, and they depend on it; Debian packages have their licences.
 */
export const sbomText = (
  { name, serial, created, k3s, contents }: Omit<BundleManifest, 'parts'>,
  packages: PackagesByImage = new Map(),
  licences: LicencesByDeb = new Map(),
): string => {
  const ids = contents.map(({ what, arch, digest }) => `${what} ${arch} ${digest}`).sort();
  // Sorted here: the library would sort by the language that this machine is set to.
  const components = contents
    .filter(isDescribed)
    .toSorted((one, other) => (refOf(one) < refOf(other) ? -1 : 1))
    .map((item) => componentOf(item, k3s?.version, { packages, licences }));
  const bom = new Models.Bom({
    serialNumber: `urn:uuid:${uuidOf([name, serial, created, ...ids].join('\n'))}`,
    metadata: new Models.Metadata({
      timestamp: new Date(`${created}T00:00:00Z`),
      component: new Models.Component(Enums.ComponentType.Data, name, {
        bomRef: 'bundle',
        version: String(serial),
        dependencies: new Models.BomRefRepository(components.map(({ bomRef }) => bomRef)),
      }),
    }),
    components: new Models.ComponentRepository(components),
  });
  const json = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return `${json.serialize(bom, { sortLists: false, space: 2 })}\n`;
};
