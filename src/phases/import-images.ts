import {
  IMPORT_BLOBS,
  IMPORT_NEEDS,
  IMPORTED,
  importImage,
  removeImage,
  storedPath,
} from '../commands/images.ts';
import { BINARY } from '../commands/k3s.ts';
import { removeFolders } from '../commands/rm.ts';
import type { Known } from '../decisions/index.ts';
import { definePhase } from '../engine/phase.ts';
import { type NodeImages, nodeImages } from '../facts/images.ts';
import { pathState } from '../facts/path.ts';
import type { Cluster, Host } from '../spec/cluster.ts';
import { type ContentImage, contentsFor } from '../spec/contents.ts';

const imagesOf = ({ bundle, arch }: Known, host: Host): readonly ContentImage[] =>
  bundle?.contents ? contentsFor(bundle.contents, arch[host.key]).images : [];

const NOTHING: NodeImages = { digests: {}, imported: [], used: 'unknown' };

/** The `index.json` of a folder with this image alone; containerd takes the name from the annotation. */
const indexFor = ({ name, manifest }: ContentImage): string =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [{ ...manifest, annotations: { 'io.containerd.image.name': name } }],
  });

/**
 * Has containerd import the bundle's images on every board. What edgectl imported from an earlier bundle goes once no
 * container is made from it; images of anybody else stay.
 */
export const importImages = definePhase({
  id: 'import-images',
  title: 'Import the images of the bundle',
  hosts: ({ hosts }: Cluster, known: Known): readonly Host[] =>
    hosts.filter((host) => imagesOf(known, host).length > 0),
  facts: () => ({ images: nodeImages(BINARY, IMPORTED), blobs: pathState(IMPORT_BLOBS) }),

  *plan({ host, known, facts }) {
    const { digests: has, imported, used }: NodeImages = facts.images === 'absent' ? NOTHING : facts.images;
    const wanted = imagesOf(known, host);
    const missing = wanted.filter(
      ({ name, config, manifest }) => has[name] !== manifest.digest || has[config] !== manifest.digest,
    );
    const digests = new Map(missing.flatMap(({ name, blobs }) => blobs.map((digest) => [digest, name])));
    if (missing.length > 0)
      yield {
        says: `fetch ${missing.map(({ name }) => name).join(', ')}`,
        run: {
          blobs: {
            blobs: [...digests].map(([digest, name]) => ({ digest, name, at: storedPath(digest) })),
            into: IMPORT_BLOBS,
            besides: IMPORT_NEEDS,
          },
        },
      };
    for (const image of missing)
      yield {
        says: `import ${image.name}`,
        run: { command: importImage({ ...image, manifest: image.manifest.digest, index: indexFor(image) }) },
      };
    if (missing.length > 0 || facts.blobs === 'exists')
      yield {
        says: 'remove what the images came as',
        run: { command: removeFolders([IMPORT_BLOBS], []) },
      };
    if (used === 'unknown') return;
    const inUse = new Set(used.map((name) => has[name]));
    for (const image of imported) {
      const digest = has[image.name];
      // A name that is imported anew goes from the old image by that.
      if (wanted.some(({ name }) => name === image.name)) continue;
      if (digest !== undefined && inUse.has(digest)) continue;
      const names = Object.keys(has).filter((name) => digest !== undefined && has[name] === digest);
      const own = [image.name, image.id];
      const shared = names.some((name) => !own.includes(name));
      yield {
        says: `remove ${image.name}`,
        run: { command: removeImage(image, shared ? names.filter((name) => name === image.name) : names) },
      };
    }
  },
});
