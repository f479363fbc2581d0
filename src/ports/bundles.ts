import type { Digest } from '../support/digest.ts';
import type { LocalContent, LocalFile } from './source.ts';

/** Called with the bytes done so far and all there are. */
export type Progress = (done: number, total: number) => void;

/** A bundle as it lies on this machine: a folder, a tar file, or a set of parts. Nothing it says has been checked. */
export interface Bundle {
  readonly path: string;
  /** Whether anything lies at its place. */
  exists(): Promise<boolean>;
  /** A small file of it, such as `bundle.json`; undefined when it is not there. Throws FILE_UNREADABLE, BUNDLE_INVALID. */
  text(name: string): Promise<string | undefined>;
  /** Where a blob lies and how big it is; undefined when it is not there. */
  blob(digest: string): Promise<LocalContent | undefined>;
  /** The digests of all blobs that lie there. */
  blobs(): Promise<readonly string[]>;
  /** The digest of a content. */
  digestOf(content: LocalContent, progress?: (done: number) => void): Promise<Digest>;
  /**
   * The parts that are not what they were when the bundle was split, by name: those that hold a content, or all of them.
   * None when the bundle does not lie in parts.
   */
  damaged(content?: LocalContent): Promise<readonly string[]>;
}

/** Fetches files of known content. */
export interface Fetcher {
  /** The file at an address or path, fetched once, resumed after an interruption; throws BLOB_CORRUPT, SOURCE_UNAVAILABLE. */
  fetch(from: string, digest: string): Promise<LocalFile>;
}

/** One blob of a bundle to write; `name` is what it is called in messages. */
export interface NewBlob {
  readonly digest: string;
  readonly file: LocalContent;
  readonly name: string;
}

/** What a bundle is written from. `texts` are small files by their names. */
export interface NewBundle {
  readonly texts: Readonly<Record<string, string>>;
  readonly blobs: readonly NewBlob[];
}

/** Writes bundles. */
export interface BundleWriter {
  /**
   * Writes a bundle whole or not at all. `same` when it is there already; throws FILE_FOREIGN when something else is.
   */
  write(path: string, bundle: NewBundle, progress: Progress): Promise<'written' | 'same'>;
}

/** A set of parts as it was written; `changes` counts those that were not there before. */
export interface WrittenParts {
  readonly list: string;
  readonly parts: readonly { readonly name: string; readonly digest: Digest; readonly size: number }[];
  readonly changes: number;
}

/** Writes a bundle as parts `PREFIX.000`, … of `size` bytes at most, with a list of them beside. */
export type BundleSplitter = (
  prefix: string,
  size: number,
  bundle: NewBundle,
  progress: Progress,
) => Promise<WrittenParts>;
