import { expect, test } from 'vitest';
import { readClusterFile } from '../../../src/spec/cluster-file.ts';
import { isProblems } from '../../../src/support/problem.ts';

const RIGHT = `apiVersion: edgectl/v1
kind: Cluster
metadata: { name: lab }
spec:
  control: { address: 10.20.0.2, name: control }
  hosts:
    - { name: box-a, address: 10.20.0.11 }
    - { name: box-b, address: 10.20.0.12 }
  masters: { elect: 2 }
  k3s: { version: v1.34.2+k3s1, server: {}, agent: {} }
`;

const faults = (text: string): readonly string[] => {
  const read = readClusterFile(text, 'c.yaml', { home: '/home/ada', folder: '/srv' });
  return isProblems(read) ? read.problems.map(({ message }) => message) : [];
};

const QUORUM = 'the quorum of 2 etcd members is 2, so losing either one stops writes';

// What is written in place of what, and what is said of it.
test.each([
  ['{ elect: 2 }', '{ elect: 3 }', ['c.yaml:9:21 "elect" wants 1 or 2, got 3']],
  [
    '{ elect: 2 }',
    '{ elect: 2, ha: none }',
    [`c.yaml:9:21 2 masters with "ha: none" are refused: ${QUORUM}; say "ha: witness", or "elect: 1"`],
  ],
  [
    '{ elect: 2 }',
    '{ elect: 1 }',
    [`c.yaml:9:21 1 master with a witness is refused: ${QUORUM}; say "elect: 2", or "ha: none"`],
  ],
  ['{ elect: 2 }', '{ ha: none }', []],
  ['{ elect: 2 }', '{}', []],
  [
    '  k3s: {',
    '  preflight: { waive: [ { code: DISK_EMCC, host: box-c, reason: lab }, { code: SSH, reason: lab } ] }\n  k3s: {',
    [
      'c.yaml:10:33 no check has the code "DISK_EMCC"; did you mean "DISK_EMMC"?',
      'c.yaml:10:50 no host is called "box-c"; did you mean "box-a"?',
      'c.yaml:10:80 no check has the code "SSH"',
    ],
  ],
  ['{ elect: 2 }', 'two', ['c.yaml:9:12 "masters" wants a mapping, got "two"']],
  [
    'server: {}',
    'server: { datastore-endpoint: "mysql://db/k3s" }',
    [
      'c.yaml:9:12 "ha: witness" makes a third etcd member, but datastore-endpoint replaces etcd; say "ha: none"',
    ],
  ],
  ['10.20.0.12', '10.20.0.2', ['c.yaml:8:31 address "10.20.0.2" stands twice: line 5 has it too']],
  ['box-b', 'control', ['c.yaml:8:15 name "control" stands twice: line 5 has it too']],
  [
    'elect: 2',
    'vip: 10.20.0.12',
    ['c.yaml:9:19 "vip" wants an address of its own, but 10.20.0.12 is the machine of line 8'],
  ],
  [
    'elect: 2',
    'vip: 127.0.0.1',
    ['c.yaml:9:19 "vip" wants an IPv4 address of a machine, such as 10.20.0.11, got "127.0.0.1"'],
  ],
  [
    '10.20.0.12',
    '10.43.7.1',
    [
      "c.yaml:8:31 10.43.7.1 lies in the services' network 10.43.0.0/16; move that by k3s.server.service-cidr",
    ],
  ],
  [
    'server: {}',
    'server: { cluster-cidr: 10.20.0.0/24 }',
    [
      "c.yaml:5:23 10.20.0.2 lies in the pods' network 10.20.0.0/24; move that by k3s.server.cluster-cidr",
      "c.yaml:7:31 10.20.0.11 lies in the pods' network 10.20.0.0/24; move that by k3s.server.cluster-cidr",
      "c.yaml:8:31 10.20.0.12 lies in the pods' network 10.20.0.0/24; move that by k3s.server.cluster-cidr",
    ],
  ],
  [
    'server: {}',
    'server: { service-cidr: 10.42.128.0/17 }',
    ['c.yaml:10:57 cluster-cidr 10.42.0.0/16 and service-cidr 10.42.128.0/17 overlap'],
  ],
  [
    'server: {}',
    'server: { flannel-backend: calico }',
    ['c.yaml:10:60 "flannel-backend" wants none or vxlan or host-gw or wireguard-native, got "calico"'],
  ],
  [
    'server: {}',
    'server: { disable-agent: true }',
    ['c.yaml:10:43 "disable-agent" cannot stand in k3s.server: k3s does not support it with embedded etcd'],
  ],
  [
    'agent: {}',
    'agent: { datastore-cafile: x }',
    [`c.yaml:10:54 "datastore-cafile" belongs to k3s.server: k3s's agent would not start with it`],
  ],
  [
    'agent: {}',
    'agent: { tls-san: x }, allowUnknownKeys: [ tls-san ]',
    [`c.yaml:10:54 "tls-san" belongs to k3s.server: k3s's agent would not start with it`],
  ],
  ['metadata: { name: lab }\n', '', ['c.yaml:1:1 missing key "metadata" in the file']],
  ['version: v1.34.2+k3s1, ', '', ['c.yaml:10:3 missing key "version" in k3s']],
  [RIGHT, '', ['c.yaml:1:1 the file wants a mapping, got nothing']],
  [RIGHT, 'hello', ['c.yaml:1:1 the file wants a mapping, got "hello"']],
])('%s → %s', (right, wrong, messages) => {
  expect(faults(RIGHT)).toEqual([]);
  expect(faults(RIGHT.replace(right, wrong))).toEqual(messages);
});
