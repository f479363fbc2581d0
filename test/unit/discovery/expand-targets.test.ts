import { expect, it } from 'vitest';
import { expandTargets } from '../../../src/domain/discovery/expand-targets.ts';
import { isProblems } from '../../../src/support/problem.ts';

const faults = (text: string): readonly string[] => {
  const result = expandTargets(text);
  return isProblems(result) ? result.problems.map(({ code, message }) => `${code} ${message}`) : [];
};

it.each([
  ['10.0.0.7', ['10.0.0.7']],
  ['10.0.0.7, 10.0.0.9 10.0.0.7', ['10.0.0.7', '10.0.0.9']],
  ['10.0.0.254-10.0.1.1', ['10.0.0.254', '10.0.0.255', '10.0.1.0', '10.0.1.1']],
  ['10.0.0.8-10', ['10.0.0.8', '10.0.0.9', '10.0.0.10']],
  ['10.0.0.9/30', ['10.0.0.9', '10.0.0.10']],
  ['10.0.0.8/31', ['10.0.0.8', '10.0.0.9']],
  ['255.255.255.255/32', ['255.255.255.255']],
])('%s is %j', (text, addresses) => {
  expect(expandTargets(text)).toEqual(addresses);
});

it('takes a /20 and leaves out its network and broadcast addresses', () => {
  const addresses = expandTargets('10.1.16.5/20');
  expect(addresses).toHaveLength(4094);
  expect((addresses as readonly string[])[0]).toBe('10.1.16.1');
  expect((addresses as readonly string[]).at(-1)).toBe('10.1.31.254');
});

it('names every part that is wrong', () => {
  expect(faults('10.0.0.1 10.0.0.256 board-1 10.0.0.0/19 10.0.0.9-3 10.0.0.1-x 10.0.0.0/33 fe80::1')).toEqual(
    [
      'FLAG_INVALID 10.0.0.256: not an IPv4 address, range or block',
      'FLAG_INVALID board-1: not an IPv4 address, range or block',
      'FLAG_INVALID 10.0.0.0/19: more than 4096 addresses; /20 is the largest block',
      'FLAG_INVALID 10.0.0.9-3: the range ends before it begins',
      'FLAG_INVALID 10.0.0.1-x: the range does not end with an IPv4 address',
      'FLAG_INVALID 10.0.0.0/33: a prefix has at most 32 bits',
      'FLAG_INVALID fe80::1: not an IPv4 address, range or block',
    ],
  );
  expect(faults(' , ')).toEqual(['FLAG_INVALID no address is given']);
  expect(faults('10.0.0.0/20 10.0.16.0/20')).toEqual(['FLAG_INVALID 8188 addresses, at most 4096 at once']);
});
