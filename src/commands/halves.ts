import { HALF_ENDINGS, hiddenHalf } from '../support/half-names.ts';

const BESIDE = HALF_ENDINGS.map((ending) => `"$1${ending}"`).join(' ');

/**
 * Shell: `halves BLOB` removes what of a blob lies half there beside it. A run that died sent it in one way, and the run that
 * brought it may have gone another.
 */
export const HALVES = `halves() { rm -f -- ${BESIDE} "\${1%/*}/${hiddenHalf('${1##*/}')}"*; }`;
