import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { caseNames, readCase } from '../support/cases.ts';
import { facts } from '../support/facts.ts';

interface Given {
  readonly source: string;
  readonly output: string;
  readonly value: unknown;
}

describe.each(facts)('fact $name', ({ name, parse }) => {
  const folder = `facts/${name}`;

  it.each(caseNames(folder))('%s', (file) => {
    const { source, output, value } = readCase<Given>(folder, file);
    expect(source).toMatch(/^(recorded|published: https:\/\/\S+|constructed)$/);
    expect(parse(output)).toEqual(value);
  });

  it('has a case of absence, which is also what silence says, and one of presence', () => {
    const { value: absent } = readCase<Given>(folder, 'absent');
    expect(parse('')).toEqual(absent);
    const values = caseNames(folder).map((file) => readCase<Given>(folder, file).value);
    expect(values.some((value) => JSON.stringify(value) !== JSON.stringify(absent))).toBe(true);
  });

  it('reads anything without a throw', () => {
    const outputs = caseNames(folder).map((file) => readCase<Given>(folder, file).output);
    // Beside noise: real answers that were cut off, or that have noise in them.
    const damaged = fc
      .tuple(fc.constantFrom(...outputs, ''), fc.nat(2000), fc.string())
      .map(([output, at, noise]) => output.slice(0, at) + noise);
    fc.assert(fc.property(fc.oneof(fc.string(), damaged), (output) => parse(output) !== undefined));
  });
});

it('has cases for these facts and no others', () => {
  expect([...caseNames('facts')].sort()).toEqual(facts.map(({ name }) => name).sort());
});
