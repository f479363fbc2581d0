import { describe, expect, it } from 'vitest';
import { type Found, facts } from '../../src/decisions/preflight/questions.ts';
import { CHECK_CODES } from '../../src/spec/checks.ts';
import { failuresOf } from '../support/board-checks.ts';
import { caseNames, readCase } from '../support/cases.ts';

// Each board's answers, as `fixtures/facts/<fact>/<board>.json` has them, through all the checks at once.
interface Board {
  readonly about: string;
  readonly address: string;
  /** What fails on it, `CODE: message`, in the order in which it is said. */
  readonly fails: readonly string[];
}

const read = (fact: string, board: string): unknown =>
  caseNames(`facts/${fact}`).includes(board)
    ? readCase<{ readonly value: unknown }>(`facts/${fact}`, board).value
    : undefined;

describe.each(caseNames('boards'))('board %s', (board) => {
  const { about, address, fails } = readCase<Board>('boards', board);
  const names = Object.entries(facts).map(([key, { name }]) => [key, read(name, board)] as const);

  it('has a case of every fact that the checks look at', () => {
    expect(names.flatMap(([key, value]) => (value === undefined ? [key] : []))).toEqual([]);
  });

  it('fails the checks that it should, and no others', () => {
    const failing = failuresOf(address, Object.fromEntries(names) as unknown as Found);
    expect(
      failing.map(({ code, message }) => `${code}: ${message}`),
      about,
    ).toEqual(fails);
    for (const { code, hint } of failing) expect(hint, code).toMatch(/^\S.*\S$/);
  });
});

interface Said {
  readonly code?: unknown;
  readonly ok?: unknown;
}

/** The codes that fail in an answer, wherever they stand in it. */
const failedIn = (value: unknown): readonly unknown[] => {
  if (typeof value !== 'object' || value === null) return [];
  const { code, ok }: Said = value;
  return [...(ok === false ? [code] : []), ...Object.values(value).flatMap(failedIn)];
};

it('every check has a case in which it fails', () => {
  const onBoards = caseNames('boards').flatMap((name) => readCase<Board>('boards', name).fails);
  const answers = caseNames('decisions/preflight').map(
    (name) => readCase<{ readonly answer: unknown }>('decisions/preflight', name).answer,
  );
  const failing = new Set([...onBoards.map((line) => line.split(':')[0]), ...answers.flatMap(failedIn)]);
  expect(CHECK_CODES.filter((code) => !failing.has(code))).toEqual([]);
});
