import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageContent, ImageRegistry } from '../../src/ports/image-registry.ts';
import { type Digest, digest } from '../../src/support/digest.ts';

const OCI = 'application/vnd.oci.image';
const DOCKER = 'application/vnd.docker';
const TYPES = {
  oci: {
    manifest: `${OCI}.manifest.v1+json`,
    config: `${OCI}.config.v1+json`,
    layer: `${OCI}.layer.v1.tar+gzip`,
    index: `${OCI}.index.v1+json`,
  },
  docker: {
    manifest: `${DOCKER}.distribution.manifest.v2+json`,
    config: `${DOCKER}.container.image.v1+json`,
    layer: `${DOCKER}.image.rootfs.diff.tar.gzip`,
    index: `${DOCKER}.distribution.manifest.list.v2+json`,
  },
} as const;

/** A layer to put into an image: how it is packed, and what it unpacks to. */
export interface StoredLayer {
  readonly blob: Uint8Array;
  readonly tar: Uint8Array;
}

/** A registry in a folder: it gives what was put into it, by digest. */
export const imageStore = (folder: string) => {
  mkdirSync(folder, { recursive: true });
  const contents = new Map<string, Buffer>();
  const put = (mediaType: string, content: Uint8Array | object) => {
    const bytes = Buffer.from(content instanceof Uint8Array ? content : JSON.stringify(content));
    contents.set(digest(bytes), bytes);
    return { mediaType, digest: digest(bytes), size: bytes.length };
  };
  const get = (of: ImageContent) => {
    const bytes = contents.get(of.digest);
    if (!bytes) throw new Error(`nobody put ${of.digest}`);
    const path = join(folder, of.digest.replace(':', '-'));
    writeFileSync(path, bytes);
    return { path, size: bytes.length };
  };
  const document = async (of: ImageContent) => ({
    text: contents.get(of.digest)?.toString() ?? '',
    file: get(of),
  });
  const registry: ImageRegistry = {
    manifest: (_, content) => document(content),
    config: (_, content) => document(content),
    layer: async (_, content) => get(content),
  };

  /** Puts an image for arm64, and gives the digest to pin it by and that of its configuration. */
  const image = (
    layers: readonly StoredLayer[],
    of: {
      readonly types?: keyof typeof TYPES;
      readonly index?: boolean;
      readonly diffIds?: readonly string[];
      readonly more?: object;
    } = {},
  ): { readonly pin: Digest; readonly config: Digest } => {
    const types = TYPES[of.types ?? 'oci'];
    const platform = { os: 'linux', architecture: 'arm64' };
    const diff_ids = of.diffIds ?? layers.map(({ tar }) => digest(tar));
    const config = put(types.config, { ...platform, rootfs: { type: 'layers', diff_ids } });
    const manifest = put(types.manifest, {
      schemaVersion: 2,
      mediaType: types.manifest,
      config,
      layers: layers.map(({ blob }) => ({ ...put(types.layer, blob), ...of.more })),
    });
    if (!of.index) return { pin: manifest.digest, config: config.digest };
    const manifests = [{ ...manifest, platform }];
    const top = put(types.index, { schemaVersion: 2, mediaType: types.index, manifests });
    return { pin: top.digest, config: config.digest };
  };

  return { registry, image };
};
