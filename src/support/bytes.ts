const UNITS = ['kB', 'MB', 'GB', 'TB', 'PB'];

/** A number of bytes for human eyes, in powers of 1000: `512 B`, `88.0 MB`. */
export const bytes = (count: number): string => {
  let value = Math.max(0, count);
  if (value < 1000) return `${Math.round(value)} B`;
  let unit = '';
  for (const next of UNITS) {
    // 999.95 would print as 1000.0.
    if (unit !== '' && value < 999.95) break;
    value /= 1000;
    unit = next;
  }
  return `${value.toFixed(1)} ${unit}`;
};
