import type { Scrubbed } from '../support/scrub.ts';

/** A file of a support bundle. There is no type for text that was not scrubbed. */
export interface SupportFile {
  readonly path: string;
  readonly content: Scrubbed;
}

/** Where a support bundle goes. */
export interface SupportArchive {
  /** Writes the files as one archive for its owner alone, and gives its size in bytes. Throws FLAG_INVALID for a place that cannot be written. */
  write(path: string, files: readonly SupportFile[]): number;
}
