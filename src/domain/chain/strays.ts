import { HALF_ENDINGS, hiddenHalf } from '../../support/half-names.ts';

/** Whether a file where blobs arrive is of this one: the chain and the star have names of their own for what is half there. */
export const isOf = (name: string, digest: string): boolean =>
  ['', ...HALF_ENDINGS].some((ending) => name === `${digest}${ending}`) ||
  name.startsWith(hiddenHalf(digest));

/**
 * The paths, of those where blobs arrive, that belong to nothing that is still to come: runs that died have left them. What
 * is to come goes on with its own.
 */
export const straysOf = (paths: readonly string[], coming: readonly string[]): readonly string[] =>
  paths.filter((path) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    return !coming.some((digest) => isOf(name, digest));
  });
