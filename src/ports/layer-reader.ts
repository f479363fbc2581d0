import type { Digest } from '../support/digest.ts';
import type { LocalContent } from './source.ts';

/** What somebody wants to know of the files in a layer. All of it is pure; paths have no leading `/`. */
export interface LayerQuestion<T> {
  /** A word for a file name. It changes with the meaning of the answers: those that were kept under another do not count. */
  readonly id: string;
  /** The most bytes that are read of the file at a path; undefined where its content does not matter. */
  limit(path: string): number | undefined;
  /** Whether it matters that a path is there as a folder or a link, or goes away. */
  matters(path: string): boolean;
  /** What the content of a file says; undefined when that is nothing. */
  read(path: string, content: string): T | undefined;
  /** An answer as it was kept; undefined when it is none. */
  kept(value: unknown): readonly LayerEntry<T>[] | undefined;
}

/**
 * What a layer does to a path: a file with what it says, a link, a folder, something else in its place (`other`), a file
 * that is too big to be read (`unread`), or, in layers below, the path is gone (`gone`) or whatever is in that folder (`opaque`).
 */
export type LayerEntry<T> =
  | { readonly path: string; readonly value: T }
  | { readonly path: string; readonly link: string }
  | { readonly path: string; readonly is: 'folder' | 'other' | 'unread' | 'gone' | 'opaque' };

/** How a layer is compressed. */
export type LayerForm = 'gzip' | 'zstd' | 'none';

/** Reads layers of images as streams: a layer is never wholly in memory, and nothing of it is written to disk. */
export interface Layers {
  /**
   * The answer of a layer to a question, in the order of its entries; asked again, it comes from a cache. Throws a plain
   * error with the reason when the content is no layer.
   */
  ask<T>(layer: LocalContent, digest: string, question: LayerQuestion<T>): Promise<readonly LayerEntry<T>[]>;
  /** The digest of the uncompressed layer; throws likewise. `progress` is told the bytes of the compressed one. */
  diffId(
    layer: LocalContent,
    progress: (done: number) => void,
  ): Promise<{ readonly diffId: Digest; readonly form: LayerForm }>;
  /** A small document of an image; throws likewise when it has more bytes than any has. */
  text(content: LocalContent): Promise<string>;
}
