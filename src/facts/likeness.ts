/** How something stands on a host beside what is wanted there. */
export type Likeness = 'same' | 'different' | 'absent';

/** Reads the word of a question that compares; what is no such word says that nothing is there. */
export const likeness = (output: string): Likeness => {
  const word = output.trim();
  return word === 'same' || word === 'different' ? word : 'absent';
};
