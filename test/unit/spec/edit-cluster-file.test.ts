import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readClusterFile } from '../../../src/spec/cluster-file.ts';
import type { HostEntry } from '../../../src/spec/cluster-schema.ts';
import { addHost, removeHost } from '../../../src/spec/edit-cluster-file.ts';
import { isProblems } from '../../../src/support/problem.ts';

const fixture = (name: string) =>
  readFileSync(new URL(`../../../fixtures/clusters/${name}.yaml`, import.meta.url), 'utf8');

const hosts = (text: string) => {
  const read = readClusterFile(text, 'c.yaml', { home: '/home/ada', folder: '/srv' });
  if (isProblems(read)) throw new Error(read.problems.map(({ message }) => message).join('\n'));
  return read.cluster.hosts;
};

const HEAD = `# Keep me.
apiVersion: edgectl/v1
kind: Cluster
metadata:   { name: 'lab' }   # and me
spec:
  control: { address: 10.20.0.2 }
  k3s: { version: v1.34.2+k3s1 }
  masters: { ha: none }

`;
const BLOCK = `${HEAD}  hosts:
  # north side
  - name: box-a
    address: 10.20.0.11   # by the door

  # south side
  - # odd one
    address: 10.20.0.12
  # - address: 10.20.0.99

  time: { from: none }
`;
const ONE_LINE = `${HEAD}  hosts: [ { name: box-a, address: 10.20.0.11 }, { address: 10.20.0.12 } ] # two\n`;
const FLOW = `${HEAD}  hosts: [
    { name: box-a, address: 10.20.0.11 }, # by the door
    { address: 10.20.0.12 } # two, so far
  ]`;
const NEW = { name: 'box-n', address: '10.20.0.50' };

test.each([
  [
    'a list of lines',
    fixture('crossing-17'),
    'labels: { camera: north } }\n',
    'labels: { camera: north } }\n    - { name: box-n, address: 10.20.0.50 }\n',
  ],
  [
    'a list of blocks',
    BLOCK,
    '    address: 10.20.0.12\n',
    '    address: 10.20.0.12\n  - name: box-n\n    address: 10.20.0.50\n',
  ],
  ['a list on one line', ONE_LINE, '10.20.0.12 }', '10.20.0.12 }, { name: box-n, address: 10.20.0.50 }'],
  [
    'a list in brackets',
    FLOW,
    '{ address: 10.20.0.12 } # two, so far',
    '{ address: 10.20.0.12 }, # two, so far\n    { name: box-n, address: 10.20.0.50 }',
  ],
  [
    'a list in brackets with a comma at its end',
    FLOW.replace('12 } #', '12 }, #'),
    '{ address: 10.20.0.12 }, # two, so far',
    '{ address: 10.20.0.12 }, # two, so far\n    { name: box-n, address: 10.20.0.50 }',
  ],
])('a host is added to %s, and nothing else moves', (_, text, before, after) => {
  expect(text).toContain(before);
  expect(addHost(text, NEW)).toBe(text.replace(before, after));
  expect(hosts(addHost(text, NEW)).at(-1)).toMatchObject(NEW);
});

test.each([
  ['a list of lines', fixture('crossing-17'), 'box-b', '    - { name: box-b, address: 10.20.0.12 }\n'],
  ['a list of blocks', BLOCK, 'box-a', '  - name: box-a\n    address: 10.20.0.11   # by the door\n'],
  ['the end of a list of blocks', BLOCK, '10.20.0.12', '  - # odd one\n    address: 10.20.0.12\n'],
  ['a list on one line', ONE_LINE, 'box-a', '{ name: box-a, address: 10.20.0.11 }, '],
  ['the end of a list on one line', ONE_LINE, '10.20.0.12', ', { address: 10.20.0.12 }'],
  ['a list in brackets', FLOW, '10.20.0.11', '    { name: box-a, address: 10.20.0.11 }, # by the door\n'],
  ['the end of a list in brackets', FLOW, '10.20.0.12', '    { address: 10.20.0.12 } # two, so far\n'],
])('a host is removed from %s, and nothing else moves', (_, text, key, gone) => {
  expect(text).toContain(gone);
  expect(removeHost(text, key)).toBe(text.replace(gone, ''));
});

test('lines end as the file ends them', () => {
  const text = BLOCK.replaceAll('\n', '\r\n');
  expect(addHost(text, NEW)).toBe(addHost(BLOCK, NEW).replaceAll('\n', '\r\n'));
  expect(removeHost(text, 'box-a')).toBe(removeHost(BLOCK, 'box-a').replaceAll('\n', '\r\n'));
});

test('a file without an end of line stays so', () => {
  const text = `${HEAD}  hosts:\n    - { address: 10.20.0.11 }`;
  const more = addHost(text, NEW);
  expect(more).toBe(`${text}\n    - { name: box-n, address: 10.20.0.50 }`);
  expect(removeHost(more, 'box-n')).toBe(text);
});

test('what cannot be removed is said', () => {
  expect(() => removeHost(BLOCK, 'box-q')).toThrow('no host is called "box-q"; did you mean "box-a"?');
  const one = removeHost(BLOCK, 'box-a');
  expect(() => removeHost(one, '10.20.0.12')).toThrow('"10.20.0.12" is the only host of the cluster');
  expect(() => addHost('spec: {}', NEW)).toThrow('the cluster file has no list of hosts to edit');
});

const labelText = fc.stringMatching(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,20}[A-Za-z0-9])?$/);
const entry: fc.Arbitrary<HostEntry> = fc.record(
  {
    name: fc
      .stringMatching(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/)
      .filter((name) => !['box-a', 'operator'].includes(name)),
    address: fc.tuple(fc.nat(255), fc.nat(255)).map(([third, fourth]) => `10.99.${third}.${fourth}`),
    role: fc.constantFrom('auto', 'worker'),
    labels: fc.dictionary(labelText, labelText),
    taints: fc.array(labelText.map((key) => `${key}=x:NoSchedule`)),
    hostKey: fc.stringMatching(/^SHA256:[A-Za-z0-9+/]{43}$/),
  },
  { requiredKeys: ['address'] },
);

test.each([
  ['blocks', BLOCK],
  ['a line', ONE_LINE],
  ['brackets', FLOW],
])(
  'any host that is added to %s is read as it was given, and removing it gives the file back',
  (_, text) => {
    fc.assert(
      fc.property(entry, (host) => {
        const more = addHost(text, host);
        const { hostKey, ...given } = host;
        expect(hosts(more)).toHaveLength(3);
        expect(hosts(more).at(-1)).toMatchObject({ ...given, ssh: hostKey === undefined ? {} : { hostKey } });
        const less = removeHost(more, host.name ?? host.address);
        // In brackets the comma before the host stays, as YAML allows.
        expect(less.replace('12 }, #', '12 } #')).toBe(text);
      }),
      { numRuns: 30 },
    );
  },
  60_000,
);
