import type { Digest } from '../support/digest.ts';

/** A release of an archive whose signature counts: what is signed, and the digest of the file that bears it. */
export interface SignedRelease {
  readonly text: string;
  readonly digest: Digest;
}

/** One form of a Packages index, such as `Packages.gz`. Sizes are bytes. */
export interface IndexForm {
  /** Addresses or paths that it may lie at, the first choice first. */
  readonly from: readonly string[];
  readonly packing: 'gz' | 'xz' | 'none';
  readonly digest: Digest;
  readonly size: number;
}

/** Debian archives, at addresses or in folders of this machine. */
export interface DebianArchives {
  /**
   * The release in a folder of an archive (InRelease, else Release with Release.gpg), signed by a key of the keyring file
   * and by nothing else that was looked at; throws ARCHIVE_UNTRUSTED, SOURCE_UNAVAILABLE, FILE_UNREADABLE, TOOL_MISSING.
   */
  release(at: string, keyring: string): Promise<SignedRelease>;
  /**
   * The text of an index, from the first of its forms that the archive serves, at most `most` bytes of it; throws
   * SOURCE_UNAVAILABLE, BLOB_CORRUPT, TOOL_MISSING.
   */
  index(forms: readonly IndexForm[], most: number): Promise<string>;
  /** A list of what a board has; throws FILE_UNREADABLE. */
  present(path: string): Promise<string>;
}
