/**
 * What of a blob is half there lies beside it, under its name and one of these endings: as it comes down the chain, and as
 * a board copies it from what it has.
 */
export const HALF_ENDINGS = ['.part', '.own'] as const;

/** How the names begin under which it comes from the star, and from shells that write a file: hidden, the blob's name in them. */
export const hiddenHalf = (name: string): string => `.${name}.`;
