/** Edits (insert, delete, replace, swap neighbours) between two words. */
const distance = (from: string, to: string): number => {
  let older: readonly number[] = [];
  let previous: readonly number[] = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current[column] = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (older[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    older = previous;
    previous = current;
  }
  return previous[to.length] ?? 0;
};

/** The word that was probably meant: the nearest one, when at most a third of its letters differ. */
export const similar = (word: string, words: readonly string[]): string | undefined => {
  const wanted = word.toLowerCase().slice(0, 100);
  const near = words
    .map((candidate) => ({ candidate, edits: distance(wanted, candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= Math.max(1, Math.floor(candidate.length / 3)))
    .sort((one, other) => one.edits - other.edits)[0];
  return near?.candidate;
};

/** `; did you mean "address"?`, or '' when nothing is near. */
export const didYouMean = (word: string, words: readonly string[]): string => {
  const meant = similar(word, words);
  return meant === undefined ? '' : `; did you mean "${meant}"?`;
};
