/**
 * Shell: `halves BLOB` removes what lies beside a blob under the names that domain/chain/strays knows. A run that died sent
 * it in one way, and the run that brought it may have gone another.
 */
export const HALVES = `halves() { rm -f -- "$1.part" "$1.own" "\${1%/*}/.\${1##*/}."*; }`;
