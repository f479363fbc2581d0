import type { Blob } from '../engine/change.ts';
import type { Release } from '../spec/release.ts';

/** A file on this machine whose content has been verified. */
export interface LocalFile {
  readonly path: string;
  readonly size: number;
}

/** So many bytes of a file of this machine, from `start` on; or bytes in memory. */
export type Piece =
  | { readonly path: string; readonly start: number; readonly size: number }
  | { readonly bytes: Uint8Array };

/** Content that is no file of its own: it lies in pieces, one after the other. `size` is their sum. */
export interface LocalPieces {
  readonly pieces: readonly Piece[];
  readonly size: number;
}

/** Content on this machine: a whole file, or pieces of files such as a member of an archive. */
export type LocalContent = LocalFile | LocalPieces;

/** Which bundle a source is: its name, its serial, and the digest of its bundle.json. */
export interface BundleMark {
  readonly name: string;
  readonly serial: number;
  readonly digest: string;
}

/** Where a k3s release comes from: a URL, a folder or a bundle. */
export interface Source {
  /** What the source holds for the version; throws SOURCE_UNAVAILABLE. */
  release(): Promise<Release>;
  /** The content with that digest, fetched once, resumed after an interruption; throws BLOB_CORRUPT, SOURCE_UNAVAILABLE. */
  fetch(blob: Blob): Promise<LocalContent>;
  /** Which bundle it is, once its signature counts; undefined when it is not there. Only a bundle says this. */
  mark?(): Promise<BundleMark | undefined>;
}
