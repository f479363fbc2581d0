import type { Digest } from '../support/digest.ts';
import type { Progress } from './bundles.ts';
import type { LocalContent, LocalFile } from './source.ts';

/** A content, and whether a patch is of what it unpacks to. `name` is what it is called in messages. */
export interface PatchSide {
  readonly content: LocalContent;
  readonly packed: boolean;
  readonly name: string;
}

/** So many bytes of a new content, made from `length` bytes of the old one, `from` on. */
export interface PatchSegment {
  readonly makes: number;
  readonly from: number;
  readonly length: number;
}

/** One part of a patch that was made. */
export interface MadePart extends PatchSegment {
  readonly digest: Digest;
  readonly size: number;
  readonly file: LocalFile;
}

/** Starts to measure a step that has this name. */
export type Meter = (says: string) => Progress;

/** Makes one content out of another. What it writes lies in a folder of its own until it is closed. */
export interface Patcher {
  /**
   * What it takes to make one content out of another, in segments that `divide` gives for their sizes in bytes; the same
   * contents give the same parts. Throws TOOL_MISSING, NO_SPACE.
   */
  make(
    before: PatchSide,
    next: PatchSide,
    divide: (next: number, before: number) => readonly PatchSegment[],
    meter: Meter,
  ): Promise<readonly MadePart[]>;
  /**
   * The content that parts make; `packed`: packed again. Throws BUNDLE_INVALID where a part does not fit, TOOL_MISSING,
   * NO_SPACE.
   */
  apply(
    before: PatchSide,
    parts: readonly (PatchSegment & { readonly content: LocalContent })[],
    meter: Meter,
  ): Promise<{ readonly digest: Digest; readonly file: LocalFile }>;
  close(): Promise<void>;
}
