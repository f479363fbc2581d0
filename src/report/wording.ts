/** A number with its noun: `1 change`, `3 changes`. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** Names in the order people expect: `board-2` before `board-10`. */
export const byName = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

/** The text with every line moved to the right. */
export const indent = (text: string, by = 2): string => text.replace(/^(?=.)/gm, ' '.repeat(by));
