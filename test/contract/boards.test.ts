import { describe, expect, it } from 'vitest';
import { checksOf } from '../../src/decisions/preflight/checks.ts';
import { type Found, facts } from '../../src/decisions/preflight/questions.ts';
import { caseNames, clusterCase, readCase } from '../support/cases.ts';

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

const cluster = clusterCase('crossing-17');
const [box] = cluster.hosts;
const all = cluster.hosts.slice(1);

describe.each(caseNames('boards'))('board %s', (board) => {
  const { about, address, fails } = readCase<Board>('boards', board);
  const names = Object.entries(facts).map(([key, { name }]) => [key, read(name, board)] as const);

  it('has a case of every fact that the checks look at', () => {
    expect(names.flatMap(([key, value]) => (value === undefined ? [key] : []))).toEqual([]);
  });

  it('fails the checks that it should, and no others', () => {
    if (!box) throw new Error('the cluster has no boards');
    const host = { ...box, address };
    const found = Object.fromEntries(names) as unknown as Found;
    const masters = { ...cluster.masters, vip: address.replace(/\d+$/, '100') };
    const checks = checksOf({ ...cluster, masters, hosts: [host, ...all] }, { [host.key]: found });
    const failing = checks.filter(({ ok }) => !ok);
    expect(
      failing.map(({ code, message }) => `${code}: ${message}`),
      about,
    ).toEqual(fails);
    for (const { code, hint } of failing) expect(hint, code).toMatch(/^\S.*\S$/);
  });
});
