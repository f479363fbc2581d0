import type { Digest } from '../support/digest.ts';
import type { Progress } from './bundles.ts';
import type { LocalFile } from './source.ts';

/** A layer of an image as it was fetched. `diffId` is the digest that its content has to have once it is unpacked. */
export interface FetchedLayer {
  readonly digest: string;
  readonly diffId: string;
  readonly file: LocalFile;
}

/** A layer in zstd. `isNew`: it was packed otherwise before. */
export interface EncodedLayer {
  readonly digest: Digest;
  readonly file: LocalFile;
  readonly isNew: boolean;
}

/** Packs layers of images in zstd. */
export interface LayerEncoder {
  /** Names what makes the bytes: another name makes others of the same layer. */
  readonly name: string;
  /**
   * The layer in zstd; the same layer gives the same bytes. One that is in zstd already stays as it is. Throws
   * BLOB_CORRUPT when the layer is damaged, or is not what its image says.
   */
  encode(layer: FetchedLayer, progress: Progress): Promise<EncodedLayer>;
}
