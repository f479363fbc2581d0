import type { ImageRef } from '../spec/image-ref.ts';
import type { LocalFile } from './source.ts';

/** Content of an image: its digest, and its size in bytes where somebody has told it. */
export interface ImageContent {
  readonly digest: string;
  readonly size?: number;
}

/** A small document of an image. */
export interface ImageDocument {
  readonly text: string;
  readonly file: LocalFile;
}

/**
 * Fetches images from where their names say, each content once, verified, resumed after an interruption. Throws
 * SOURCE_UNAVAILABLE, REGISTRY_AUTH_FAILED, BLOB_CORRUPT, and IMAGE_UNUSABLE for a document above 4 MiB.
 */
export interface ImageRegistry {
  /** An index or a manifest. */
  manifest(image: ImageRef, content: ImageContent): Promise<ImageDocument>;
  /** The configuration of an image. */
  config(image: ImageRef, content: ImageContent): Promise<ImageDocument>;
  /** A layer. */
  layer(image: ImageRef, content: ImageContent): Promise<LocalFile>;
}
