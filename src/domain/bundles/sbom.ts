import { createHash } from 'node:crypto';
import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import { given } from '../../support/given.ts';
import type { BundleItem, BundleManifest } from './manifest.ts';

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

const componentOf = (item: Described, k3s: string | undefined) => {
  const { what, role, arch, digest, purl } = item;
  const version = role.startsWith('k3s-') ? k3s : item.version;
  return new Models.Component(KINDS[role], what, {
    bomRef: `${role}/${what}/${arch}`,
    ...given({ version, purl }),
    hashes: new Models.HashDictionary([[Enums.HashAlgorithm['SHA-256'], digest.replace('sha256:', '')]]),
  });
};

/** The bundle's bill of materials: CycloneDX 1.6 as JSON, the same for the same contents. */
export const sbomText = ({ name, serial, created, k3s, contents }: Omit<BundleManifest, 'parts'>): string => {
  const ids = contents.map(({ what, arch, digest }) => `${what} ${arch} ${digest}`).sort();
  const bom = new Models.Bom({
    serialNumber: `urn:uuid:${uuidOf([name, serial, created, ...ids].join('\n'))}`,
    metadata: new Models.Metadata({
      timestamp: new Date(`${created}T00:00:00Z`),
      component: new Models.Component(Enums.ComponentType.Data, name, {
        bomRef: 'bundle',
        version: String(serial),
      }),
    }),
    components: new Models.ComponentRepository(
      contents.filter(isDescribed).map((item) => componentOf(item, k3s?.version)),
    ),
  });
  const json = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return `${json.serialize(bom, { sortLists: true, space: 2 })}\n`;
};
