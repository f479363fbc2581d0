import type { Digest } from '../support/digest.ts';
import type { LocalFile } from './source.ts';

/** Called with the bytes done so far and all there are. */
export type Progress = (done: number, total: number) => void;

/** A bundle as it lies on this machine. Nothing it says has been checked. */
export interface BundleFolder {
  readonly path: string;
  /** A small file of it, such as `bundle.json`; undefined when it is not there. Throws FILE_UNREADABLE. */
  text(name: string): Promise<string | undefined>;
  /** Where a blob lies and how big it is; undefined when it is not there. */
  blob(digest: string): Promise<LocalFile | undefined>;
  /** The digests of all blobs that lie there. */
  blobs(): Promise<readonly string[]>;
  /** The digest of a file's content. */
  digestOf(file: LocalFile, progress?: (done: number) => void): Promise<Digest>;
}

/** Fetches files of known content. */
export interface Fetcher {
  /** The file at an address or path, fetched once, resumed after an interruption; throws BLOB_CORRUPT, SOURCE_UNAVAILABLE. */
  fetch(from: string, digest: string): Promise<LocalFile>;
}

/** What a bundle is written from. `texts` are small files by their names. */
export interface NewBundle {
  readonly texts: Readonly<Record<string, string>>;
  readonly blobs: readonly { readonly digest: string; readonly file: LocalFile }[];
}

/** Writes bundles. */
export interface BundleWriter {
  /**
   * Writes a bundle whole or not at all. `same` when it is there already; throws FILE_FOREIGN when something else is.
   */
  write(path: string, bundle: NewBundle, progress: Progress): Promise<'written' | 'same'>;
}
