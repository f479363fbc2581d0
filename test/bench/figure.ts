/** One measured quantity, a value a round, and the most its median may be; `null` where it is only looked at. */
export interface Figure {
  readonly case: string;
  readonly unit: 's' | 'ms' | 'MB' | 'ratio' | 'cores' | '%';
  readonly limit: number | null;
  readonly rounds: readonly number[];
}

/** What a bench found, and what a reader must know beside it, a sentence each. */
export interface Found {
  readonly figures: readonly Figure[];
  readonly notes: readonly string[];
}

/** A figure as `--output json` prints it (DESIGN §5). */
export interface Row {
  readonly case: string;
  readonly value: number;
  readonly unit: Figure['unit'];
  readonly limit: number | null;
  readonly ok: boolean;
}

/** The middle value; the mean of the two in the middle when their number is even. */
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
  return (low + high) / 2;
};

/** Each value over the one of the same round: what slows one round down slows both. */
export const ratios = (ours: readonly number[], theirs: readonly number[]): readonly number[] =>
  ours.map((value, round) => value / (theirs[round] ?? Number.NaN));

const DIGITS = { s: 2, ms: 0, MB: 0, ratio: 3, cores: 2, '%': 1 } as const;

/** A value as people read it, without its unit. */
export const worded = (value: number, unit: Figure['unit']): string => value.toFixed(DIGITS[unit]);

/** The verdict on a figure. */
export const rowOf = ({ case: name, unit, limit, rounds }: Figure): Row => {
  const value = median(rounds);
  return { case: name, value: Number(value.toFixed(3)), unit, limit, ok: limit === null || value <= limit };
};
