import type { LayerEntry, LayerQuestion } from './layer-reader.ts';
import type { LocalContent } from './source.ts';

/**
 * Reads packages of Debian (deb(5)) as streams: one is never wholly in memory, and nothing of it is written to disk.
 * `progress` is told the bytes of the package. Both throw a plain error with the reason when no board could unpack it, and
 * TOOL_MISSING where this machine cannot.
 */
export interface Debs {
  /** The text of its control file, once all of it was unpacked. */
  control(deb: LocalContent, progress: (done: number) => void): Promise<string>;
  /** The answer of its files to a question, in their order; asked again, it comes from a cache. */
  ask<T>(
    deb: LocalContent,
    digest: string,
    question: LayerQuestion<T>,
    progress: (done: number) => void,
  ): Promise<readonly LayerEntry<T>[]>;
}
