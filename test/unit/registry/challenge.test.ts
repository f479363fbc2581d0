import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readChallenges } from '../../../src/adapters/registry/challenge.ts';

it.each([
  ['Basic realm="a registry"', [{ scheme: 'basic', params: { realm: 'a registry' } }]],
  [
    'Bearer realm="https://auth.example/token",service="r",scope="repository:a/b:pull,push"',
    [
      {
        scheme: 'bearer',
        params: { realm: 'https://auth.example/token', service: 'r', scope: 'repository:a/b:pull,push' },
      },
    ],
  ],
  [
    'BEARER Realm = "x" , error=invalid_token, Basic realm="y"',
    [
      { scheme: 'bearer', params: { realm: 'x', error: 'invalid_token' } },
      { scheme: 'basic', params: { realm: 'y' } },
    ],
  ],
  [
    'Negotiate, Basic realm="a \\"b\\""',
    [
      { scheme: 'negotiate', params: {} },
      { scheme: 'basic', params: { realm: 'a "b"' } },
    ],
  ],
  ['realm="of nobody"', []],
  ['', []],
])('%s', (header, challenges) => {
  expect(readChallenges(header)).toEqual(challenges);
});

it('whatever is offered is read as it was meant', () => {
  const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
  const offered = fc.array(
    fc.record({
      scheme: token,
      params: fc.dictionary(token, fc.string(), { maxKeys: 4, noNullPrototype: true }),
    }),
    { maxLength: 4 },
  );
  const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;
  fc.assert(
    fc.property(offered, (challenges) => {
      const header = challenges
        .map(({ scheme, params }) => {
          const said = Object.entries(params).map(([name, value]) => `${name}=${quoted(value)}`);
          return `${scheme} ${said.join(', ')}`;
        })
        .join(', ');
      expect(readChallenges(header)).toEqual(challenges);
    }),
  );
});

it('no header is too odd', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (header) => {
      expect(Array.isArray(readChallenges(header))).toBe(true);
    }),
  );
});
