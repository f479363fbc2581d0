import { type Figure, rowOf, worded } from './figure.ts';

const HEAD = ['case', 'median', 'unit', 'limit', 'ok', 'rounds', 'least', 'most'] as const;
const LEFT = new Set<string>(['case', 'unit', 'ok']);

const cells = (figure: Figure): readonly string[] => {
  const { value, limit, ok, unit } = rowOf(figure);
  const { rounds } = figure;
  return [
    figure.case,
    worded(value, unit),
    unit,
    limit === null ? '' : worded(limit, unit),
    limit === null ? '' : ok ? 'yes' : 'no',
    String(rounds.length),
    worded(Math.min(...rounds), unit),
    worded(Math.max(...rounds), unit),
  ];
};

/** The figures as a Markdown table with even columns, which is as readable on a terminal; a line each. */
export const table = (figures: readonly Figure[]): readonly string[] => {
  const rows = [[...HEAD], ...figures.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const padded = (row: readonly string[]) =>
    row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return LEFT.has(HEAD[column] ?? '') ? cell.padEnd(width) : cell.padStart(width);
    });
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |`;
  const rule = HEAD.map((name, column) => {
    const width = widths[column] ?? 0;
    return LEFT.has(name) ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`;
  });
  const [head = [], ...body] = rows;
  return [line(padded(head)), line(rule), ...body.map((row) => line(padded(row)))];
};
