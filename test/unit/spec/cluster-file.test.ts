import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { nodes } from '../../../src/spec/cluster.ts';
import { readClusterFile } from '../../../src/spec/cluster-file.ts';
import { isProblems } from '../../../src/support/problem.ts';

const PLACE = { home: '/home/ada', folder: '/srv/sites/crossing' };
const FINGERPRINT = 'SHA256:uNiVztksCsDhcc0u9e8BrYJUmMOqD1M0MeTfGAz1k5w';

const read = (text: string) => {
  const result = readClusterFile(text, 'cluster.yaml', PLACE);
  if (isProblems(result)) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result;
};

const fixture = (name: string) =>
  read(readFileSync(new URL(`../../../fixtures/clusters/${name}.yaml`, import.meta.url), 'utf8'));

const withSpec = (lines: string) =>
  read(`apiVersion: edgectl/v1
kind: Cluster
metadata: { name: lab }
spec:
${lines}`);

test('the least file gets every default', () => {
  const { cluster, warnings } = fixture('witness-4');
  const board = (address: string) => ({
    key: address,
    address,
    duty: 'board',
    role: 'auto',
    labels: {},
    taints: [],
    local: false,
    ssh: {},
  });
  expect(warnings).toEqual([]);
  expect(cluster).toEqual({
    name: 'witness-4',
    control: { ...board('10.20.0.2'), duty: 'control' },
    hosts: [board('10.20.0.11'), board('10.20.0.12'), board('10.20.0.13'), board('10.20.0.14')],
    operator: { ...board('127.0.0.1'), key: 'operator', duty: 'operator', local: true },
    masters: { elect: 2, ha: 'witness', schedulable: true },
    k3s: {
      version: 'v1.34.2+k3s1',
      source: 'https://github.com/k3s-io/k3s/releases/download',
      server: {},
      agent: {},
    },
    gpu: { runtime: 'auto', shares: 1, defaultRuntime: false },
    time: { from: 'control' },
    waive: [],
  });
});

test('what the file gives goes before the defaults', () => {
  const { cluster } = fixture('crossing-17');
  expect(cluster.control).toMatchObject({ key: 'control', name: 'control', ssh: { user: 'ubuntu' } });
  expect(cluster.hosts[3]).toMatchObject({ key: 'cam-north', role: 'worker', labels: { camera: 'north' } });
  expect(cluster.masters).toEqual({ elect: 2, ha: 'witness', vip: '10.20.0.100', schedulable: true });
  expect(cluster.k3s.source).toBe('http://10.20.0.2:8080');
});

test('without a witness one master is elected, and the control node is no node', () => {
  const { cluster } = fixture('single');
  expect(cluster.masters).toEqual({ elect: 1, ha: 'none', schedulable: true });
  expect(cluster.control.local).toBe(true);
  expect(nodes(cluster).map(({ key }) => key)).toEqual(['box-a', 'box-b']);
  expect(nodes(fixture('crossing-17').cluster).at(-1)?.key).toBe('control');
});

test('paths start at the file, or at home after a tilde', () => {
  expect(fixture('single').cluster.k3s.source).toBe('/srv/sites/crossing/k3s');
  const { cluster } = withSpec(`
  control: { address: 10.20.0.2, local: true }
  ssh: { key: ~/.ssh/site }
  hosts:
    - { address: 10.20.0.11, ssh: { key: ../keys/a } }
    - { address: 10.20.0.12, ssh: { key: /etc/keys/b } }
    - { address: 10.20.0.13 }
  k3s: { version: v1.34.2+k3s1, source: ~ops/k3s }
`);
  expect(cluster.hosts.map(({ ssh }) => ssh.key)).toEqual([
    '/srv/sites/keys/a',
    '/etc/keys/b',
    '/home/ada/.ssh/site',
  ]);
  expect(cluster.k3s.source).toBe('/srv/sites/crossing/~ops/k3s');
});

test("a host's own ssh goes before spec.ssh, key by key, and nobody is his own bastion", () => {
  const { cluster } = withSpec(`
  control: { address: 10.20.0.2, hostKey: "${FINGERPRINT}" }
  ssh: { user: ubuntu, port: 2222, bastion: { address: 10.20.0.2, hostKey: "${FINGERPRINT}" } }
  hosts:
    - { address: 10.20.0.11, ssh: { user: jetson } }
    - { address: 10.20.0.12, ssh: { bastion: { address: gate.example.org, port: 2200, user: ada } } }
  k3s: { version: v1.34.2+k3s1, source: "https://mirror.example.org/k3s/" }
`);
  expect(cluster.control.ssh).toEqual({ user: 'ubuntu', port: 2222, hostKey: FINGERPRINT });
  expect(cluster.hosts.map(({ ssh }) => ssh)).toEqual([
    {
      user: 'jetson',
      port: 2222,
      bastion: { address: '10.20.0.2', hostKey: FINGERPRINT },
    },
    { user: 'ubuntu', port: 2222, bastion: { address: 'gate.example.org', port: 2200, user: 'ada' } },
  ]);
  expect(cluster.k3s.source).toBe('https://mirror.example.org/k3s');
});

test('every section of the format is taken, and what has no effect is said', () => {
  const { cluster, warnings } = withSpec(`
  control: { address: 10.20.0.2, local: true, ssh: { port: 22 } }
  hosts:
    - { address: 10.20.0.11, taints: [ "dedicated=camera:NoSchedule", "spare:NoExecute" ] }
    - { address: 10.20.0.12 }
  masters: { ha: none, elect: 2 }
  k3s:
    version: v1.35.0-rc1+k3s1
    server:
      datastore-endpoint: postgres://k3s:pass@10.20.0.9/k3s
      kubelet-arg+: [ max-pods=50 ]
      cluster-cidr: 10.50.0.0/16
      tls-san: [ api.example.org ]
      not-yet-known: 5
      etcd-s3-secret-key: abc
    agent: { newer: no, vpn-auth: x, flannel-iface: eth1, resolv-conf: /run/resolv.conf }
    allowUnknownKeys: [ not-yet-known, newer ]
  bundle: { path: ./a.bundle, trust: [ { id: release, publicKey: "z0icOGZpSb/O0ej+tprLbJ0ln228+foVY6h/nkruuYQ=", notAfter: 2028-01-01 } ] }
  gpu: { runtime: auto, shares: 5 }
  time: { from: none }
  preflight: { waive: [ { code: DISK_EMMC, host: 10.20.0.12, reason: lab }, { code: MEMORY, reason: small } ] }
  hub: { url: nats-tls://hub.example.org, tokenFile: ./hub.token }
`);
  expect(cluster.waive).toEqual([
    { code: 'DISK_EMMC', host: '10.20.0.12', reason: 'lab' },
    { code: 'MEMORY', reason: 'small' },
  ]);
  expect(cluster.gpu).toEqual({ runtime: 'auto', shares: 5, defaultRuntime: false });
  expect(cluster.time).toEqual({ from: 'none' });
  expect(cluster.k3s.server).toMatchObject({ 'kubelet-arg+': ['max-pods=50'], 'not-yet-known': 5 });
  expect(warnings).toEqual([
    'cluster.yaml:6:47 "ssh" has no effect: control is local, so it is reached without SSH',
    'cluster.yaml:14:7 "datastore-endpoint" puts a secret into a file that people commit; use datastore-certfile and datastore-keyfile',
    'cluster.yaml:19:7 "etcd-s3-secret-key" puts a secret into a file that people commit; use etcd-s3-config-secret',
    'cluster.yaml:20:25 "vpn-auth" puts a secret into a file that people commit; use vpn-auth-file',
    'cluster.yaml:26:3 "hub" has no effect in this version yet',
  ]);
});

test.each([
  [
    '{ elect: 2 }',
    '[ { address: 10.20.0.11 }, { address: 10.20.0.12, role: worker } ]',
    '2 masters are wanted, but 1 of the hosts may be one (role: auto); add a host, or say "ha: none" for a cluster of one master',
  ],
  [
    '{ ha: none }',
    '[ { address: 10.20.0.11, role: worker } ]',
    '1 master is wanted, but 0 of the hosts may be one (role: auto); add a host',
  ],
])('masters %s and hosts %s are read with a warning', (masters, hosts, warning) => {
  const { warnings } = withSpec(`
  control: { address: 10.20.0.2 }
  hosts: ${hosts}
  masters: ${masters}
  k3s: { version: v1.34.2+k3s1 }
`);
  expect(warnings).toEqual([`cluster.yaml:7:3 ${warning}`]);
});
