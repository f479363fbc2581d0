/** A number with its noun: `1 change`, `3 changes`. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** Milliseconds for people: `0.4 s`, `12 s`, `2 min 5 s`, `1 h 2 min`. */
export const duration = (ms: number): string => {
  const seconds = Math.round(ms / 1000);
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${seconds % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

/** Bytes for people, decimal: `512 B`, `1.5 MB`, `88 MB`. */
export const bytes = (number: number): string => {
  if (number < 1000) return `${number} B`;
  const power = Math.min(4, Math.floor(Math.log10(number) / 3));
  const value = number / 1000 ** power;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${'kMGT'[power - 1]}B`;
};

/** Names in the order people expect: `board-2` before `board-10`. */
export const byName = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

/** The text with every line moved to the right. */
export const indent = (text: string, by = 2): string => text.replace(/^(?=.)/gm, ' '.repeat(by));
