import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readClusterFile } from '../../../src/spec/cluster-file.ts';
import { isProblems } from '../../../src/support/problem.ts';

const PLACE = { home: '/home/ada', folder: '/srv' };

const faults = (text: string): readonly string[] => {
  const read = readClusterFile(text, 'c.yaml', PLACE);
  return isProblems(read) ? read.problems.map(({ message }) => message) : [];
};

const RIGHT = `apiVersion: edgectl/v1
kind: Cluster
metadata: { name: lab }
spec:
  control: { address: 10.20.0.2 }
  hosts:
    - { address: 10.20.0.11 }
    - { address: 10.20.0.12 }
  k3s: { version: v1.34.2+k3s1 }
`;

test.each([
  [
    'a bracket that stays open',
    '- { address: 10.20.0.11 }',
    '- { address: 10.20.0.11',
    ['c.yaml:8:5 a "}" is missing before this'],
  ],
  [
    'a tab',
    '    - { address: 10.20.0.12',
    '\t- { address: 10.20.0.12',
    ['c.yaml:8:1 a tab cannot indent; use spaces', 'c.yaml:9:1 an item of a list has to start with "- "'],
  ],
  [
    'a key twice',
    'kind: Cluster\n',
    'kind: Cluster\n"kind": Cluster\n',
    ['c.yaml:3:1 key "kind" stands twice in this mapping'],
  ],
  [
    'a second document',
    RIGHT,
    `${RIGHT}---\nkind: Cluster\n`,
    ['c.yaml:10:1 a second document starts here; the file holds one'],
  ],
  ['an alias of nothing', '{ name: lab }', '*lab', ['c.yaml:3:11 no anchor "&lab" stands before this']],
  ['a key that is no text', 'kind: Cluster', '[kind]: Cluster', ['c.yaml:2:1 a key has to be plain text']],
  [
    'a colon too many',
    'kind: Cluster',
    'kind: Cluster: x',
    ['c.yaml:2:7 a second ": " on one line; put the value in quotes'],
  ],
  ['a line without its key', 'kind: Cluster', 'Cluster', ['c.yaml:2:1 a key needs ": " and its value']],
  ['a quote that stays open', '{ name: lab }', '"lab', ['c.yaml:10:1 a closing " is missing before this']],
  [
    'a key at another column',
    '  hosts:',
    ' hosts:',
    [6, 9].map((line) => `c.yaml:${line}:1 this does not start in the column of its neighbours`),
  ],
  ['an unknown tag', 'kind: Cluster', 'kind: !kind Cluster', ['c.yaml:2:7 unresolved tag: !kind']],
])('%s', (_, right, wrong, messages) => {
  expect(faults(RIGHT)).toEqual([]);
  expect(faults(RIGHT.replace(right, wrong))).toEqual(messages);
});

test('faults before a syntax error are said with it, faults that it may have made are not', () => {
  const text = RIGHT.replace('name: lab', 'name: Lab').replace('v1.34.2+k3s1 }', '"v1.34.2+k3s1');
  expect(faults(text)).toEqual([
    'c.yaml:3:19 "name" wants at most 63 lower-case letters, digits and "-", with a letter or digit at both ends, got "Lab"',
    'c.yaml:10:1 a closing " is missing before this',
  ]);
});

test('anchors and aliases stand for what they name', () => {
  expect(
    faults(RIGHT.replace('address: 10.20.0.11', 'address: &a 10.20.0.11').replace('10.20.0.12', '*a')),
  ).toEqual(['c.yaml:8:18 address "10.20.0.11" stands twice: line 7 has it too']);
});

test('aliases that multiply without end are refused', () => {
  const bomb = [
    'a0: &a0 [x]',
    ...Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}]`),
  ];
  expect(faults(bomb.join('\n'))).toContain('c.yaml:1:1 the aliases of this file expand too far');
});

test('an anchor inside itself is read', () => {
  expect(faults('spec: &s { hosts: [ *s ], control: *s }').length).toBeGreaterThan(0);
});

// Words that make texts which are nearly cluster files.
const word = fc.constantFrom(
  ...'apiVersion kind metadata spec hosts address masters k3s server token 10.20.0.11 - : { } [ ] , # & * ! | > " \' ? % @ ~ --- ... << __proto__ null 1 true'.split(
    ' ',
  ),
  ' ',
  '\n',
  '\n  ',
  '\t',
  ': ',
  '- ',
);

test.each([
  ['any text', fc.string({ unit: 'binary' })],
  ['any words', fc.array(word, { maxLength: 40 }).map((words) => words.join(''))],
  ['any value', fc.json().map((json) => RIGHT.replace('{ address: 10.20.0.11 }', json))],
  [
    'any cut or filled place',
    fc
      .tuple(fc.nat(RIGHT.length), fc.nat(10), word)
      .map(([at, cut, piece]) => RIGHT.slice(0, at) + piece + RIGHT.slice(at + cut)),
  ],
])(
  '%s is read or refused at a place in the text, and never throws',
  (_, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        const lines = text.split('\n');
        for (const message of faults(text)) {
          const [, line, column] = /^c\.yaml:(\d+):(\d+) \S/.exec(message) ?? [];
          expect(Number(line)).toBeLessThanOrEqual(lines.length);
          expect(Number(column)).toBeLessThanOrEqual((lines[Number(line) - 1]?.length ?? 0) + 1);
        }
      }),
      { numRuns: 100 },
    );
  },
  60_000,
);
