import { Problem, type ProblemCode } from '../support/problem.ts';

/** One fault of a file a person wrote: the path of keys to it, whether its key or its value is meant, and the text. */
export interface Fault {
  readonly path: readonly PropertyKey[];
  readonly on: 'key' | 'value';
  readonly message: string;
}

/** A fault with its place in the text, as offsets; `end` is the end of what it is about. */
export interface PlacedFault {
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

/** A file that was read as YAML: its plain value, what is wrong with its syntax, and where its parts stand. */
export interface Source {
  readonly value: unknown;
  readonly syntax: readonly PlacedFault[];
  /** The offset of the first thing that is no YAML: what stands before it was read as it was meant. */
  readonly trusted: number;
  place(fault: Fault): PlacedFault;
  /** Line and column of an offset, from 1. */
  position(offset: number): { readonly line: number; readonly col: number };
}

/** The lines `FILE:LINE:COL message` of faults, sorted by their place; each once. */
export const faultLines = (
  file: string,
  source: Source,
  faults: readonly PlacedFault[],
): readonly string[] => {
  const sorted = faults.toSorted((one, other) => one.start - other.start);
  const lines = sorted.map(({ start, message }) => {
    const { line, col } = source.position(start);
    return `${file}:${Math.max(line, 1)}:${Math.max(col, 1)} ${message}`;
  });
  return [...new Set(lines)];
};

/**
 * Every fault of a file as problems. Behind a syntax error only the syntax is judged: a missing bracket would make
 * faults of lines that have none.
 */
export const faultProblems = (
  code: ProblemCode,
  file: string,
  source: Source,
  faults: readonly Fault[],
): readonly Problem[] => {
  const placed = faults.map((fault) => source.place(fault)).filter(({ end }) => end < source.trusted);
  return faultLines(file, source, [...source.syntax, ...placed]).map((line) => new Problem(code, line));
};
