/** How much of a new content is made at once, in bytes: what bounds the memory of applying a delta. */
export const SEGMENT = 64 << 20;
/** How much of the old content is looked at before and after the place of a segment, since content moves. */
export const PADDING = 16 << 20;
/** The most of the old content that a segment is made from. */
export const REGION = SEGMENT + 2 * PADDING;

/** So many bytes of a new content (`makes`), made from `length` bytes of the old one, `from` on. */
export interface Segment {
  readonly makes: number;
  readonly from: number;
  readonly length: number;
}

/**
 * The segments of a content of so many bytes, one after another, each against the same place of the old content; where that
 * has ended before, against its end. None when either is empty.
 */
export const segmentsOf = (next: number, before: number): readonly Segment[] => {
  if (before === 0) return [];
  const segments: Segment[] = [];
  for (let at = 0; at < next; at += SEGMENT) {
    const end = Math.min(at + SEGMENT + PADDING, before);
    const from = Math.max(0, Math.min(at - PADDING, end - REGION));
    segments.push({ makes: Math.min(SEGMENT, next - at), from, length: end - from });
  }
  return segments;
};
