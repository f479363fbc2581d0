import type { Blob } from '../engine/change.ts';
import type { Release } from '../spec/release.ts';

/** A file on this machine whose content has been verified. */
export interface LocalFile {
  readonly path: string;
  readonly size: number;
}

/** Where a k3s release comes from: a URL or a folder. */
export interface Source {
  /** What the source holds for the version; throws SOURCE_UNAVAILABLE. */
  release(): Promise<Release>;
  /** The file with that digest, fetched once, resumed after an interruption; throws BLOB_CORRUPT, SOURCE_UNAVAILABLE. */
  fetch(blob: Blob): Promise<LocalFile>;
}
