import type { Digest } from '../../support/digest.ts';
import {
  type Descriptor,
  type ImageIndex,
  type ImageManifest,
  OCI_INDEX,
  OCI_MANIFEST,
} from './image-manifest.ts';

const ZSTD_LAYER = 'application/vnd.oci.image.layer.v1.tar+zstd';
const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';

/** The annotation of what a manifest, an index or a layer was before it was made anew: its digest. */
const SOURCE_ANNOTATION = 'io.edgectl.source.digest';
/** The annotation of a manifest that names what encoded its layers. */
const ENCODER_ANNOTATION = 'io.edgectl.encoder';

/** A layer as it is now; `isNew`: it was packed otherwise before. */
interface Layer {
  readonly digest: Digest;
  readonly size: number;
  readonly isNew: boolean;
}

const annotationsOf = (of: { readonly [key: string]: unknown }): object =>
  typeof of['annotations'] === 'object' && of['annotations'] !== null ? of['annotations'] : {};

/** What a layer's descriptor says besides, such as where to find files in it, was true of the old bytes only. */
const layerOf = (old: Descriptor, now: Layer | undefined): Descriptor =>
  now?.isNew
    ? {
        mediaType: ZSTD_LAYER,
        digest: now.digest,
        size: now.size,
        annotations: { [SOURCE_ANNOTATION]: old.digest },
      }
    : { ...old, mediaType: ZSTD_LAYER };

/**
 * The text of an image's manifest with its layers in zstd, in the order of the manifest; undefined when nothing is new. It
 * is of OCI, since Docker's types have no zstd; the configuration stays, and with it the image's id.
 */
export const zstdManifest = (
  source: Digest,
  manifest: ImageManifest,
  layers: readonly Layer[],
  encoder: string,
): string | undefined =>
  layers.some(({ isNew }) => isNew)
    ? JSON.stringify({
        ...manifest,
        mediaType: OCI_MANIFEST,
        config: { ...manifest.config, mediaType: OCI_CONFIG },
        layers: manifest.layers.map((layer, index) => layerOf(layer, layers[index])),
        annotations: {
          ...annotationsOf(manifest),
          [SOURCE_ANNOTATION]: source,
          [ENCODER_ANNOTATION]: encoder,
        },
      })
    : undefined;

/** The text of an index of the manifests that an image has now. */
export const zstdIndex = (source: Digest, pinned: ImageIndex, kept: readonly Descriptor[]): string =>
  JSON.stringify({
    ...pinned,
    mediaType: OCI_INDEX,
    manifests: kept,
    annotations: { ...annotationsOf(pinned), [SOURCE_ANNOTATION]: source },
  });
