/** Where edgectl writes down, on each node, which verified content it put where: digest in hex, stamp and path, a line each. */
export const PLACED = '/var/lib/edgectl/placed';

/**
 * What of a file's state is written down, as `stat` prints it: whoever changes a file changes its size, its inode or its
 * status time, which no program can set.
 */
export const STAMP = '%s %i %.9Y %.9Z';
