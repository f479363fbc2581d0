import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  K: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** Bytes from a text such as `4G` (powers of 1000) or `4Gi` (of 1024). */
export const byteCount = (text: string): number => {
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?)([KMGT]i?)?B?$/.exec(text) ?? [];
  const found = Math.floor(Number(count) * (UNITS[unit] ?? Number.NaN));
  if (found >= 1000 && Number.isSafeInteger(found)) return found;
  throw new InvalidArgumentError('wanted a size from 1K on, such as 700M, 4G or 4Gi.');
};
