import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Found } from './figure.ts';
import { table } from './table.ts';

const PAGE = fileURLToPath(new URL('../../docs/performance.md', import.meta.url));

const marks = (name: string) => [`<!-- bench ${name} -->`, `<!-- bench ${name} end -->`] as const;

/** The page with what stands between the marks of a case replaced; everything else stays. */
const withSection = (page: string, name: string, lines: readonly string[]): string => {
  const [from, to] = marks(name);
  const [start, end] = [page.indexOf(from), page.indexOf(to)];
  if (start < 0 || end < start) throw new Error(`docs/performance.md has no marks ${from} … ${to}`);
  return `${page.slice(0, start)}${[from, '', ...lines, '', ''].join('\n')}${page.slice(end)}`;
};

/** Writes what a bench found, and where it was measured, into docs/performance.md. */
export const writeDown = (name: string, where: string, { figures, notes }: Found): void => {
  const page = readFileSync(PAGE, 'utf8');
  writeFileSync(PAGE, withSection(page, name, [[where, ...notes].join(' '), '', ...table(figures)]));
};
