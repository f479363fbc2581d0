import { expect, it } from 'vitest';
import type { Known } from '../../../src/decisions/index.ts';
import { bringPackages } from '../../../src/phases/bring-packages.ts';
import { drainNode } from '../../../src/phases/drain-node.ts';
import { pullNode } from '../../../src/phases/pull-node.ts';
import { startServer } from '../../../src/phases/start-server.ts';
import { writeKubeconfig } from '../../../src/phases/write-kubeconfig.ts';
import type { Host } from '../../../src/spec/cluster.ts';
import { Problem } from '../../../src/support/problem.ts';
import { clusterCase } from '../../support/cases.ts';

const cluster = clusterCase('crossing-17');
const known: Known = {
  names: Object.fromEntries([...cluster.hosts, cluster.control].map(({ key }) => [key, key])),
  arch: { 'box-b': 'amd64' },
  release: {},
  time: {},
  election: { masters: ['box-b', 'box-a'], reasons: {} },
  network: { backend: 'vxlan' },
  outcomes: {},
  kubeconfig: { path: '/home/operator/.kube/config' },
};
const host = (name: string): Host => {
  const found = cluster.hosts.find(({ key }) => key === name);
  if (!found) throw new Error(`no ${name}`);
  return found;
};
const refusal = (work: () => Iterable<unknown>): Problem => {
  try {
    for (const _ of work());
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('was not refused');
};

it('refuses a server of another cluster before anything is changed', () => {
  const facts = {
    api: 'absent',
    tls: 'foreign',
    config: 'absent',
    rejoin: 'absent',
    unitFile: 'absent',
    unit: 'running',
    binary: 'same',
    resolvConf: '/etc/resolv.conf',
    resolvFile: 'absent',
    resolvDropIn: 'absent',
    cgroups: 'absent',
    kubeletFile: 'absent',
    runtimePath: 'absent',
    defaultRuntime: 'absent',
  } as const;
  const problem = refusal(() => startServer.plan({ cluster, host: host('box-b'), facts, known }));
  expect(problem.code).toBe('FOREIGN_CLUSTER');
  expect(problem.host).toBe('box-b');
});

it('refuses to write over a kubeconfig that is not its own', () => {
  const facts = { file: 'foreign' } as const;
  const problem = refusal(() => writeKubeconfig.plan({ cluster, host: cluster.operator, facts, known }));
  expect(problem.code).toBe('FILE_FOREIGN');
  expect(problem.message).toBe("/home/operator/.kube/config is not a kubeconfig of edgectl's");
});

it.each([
  ['box-b', 'box-b is a master, and only workers can be removed'],
  ['control', 'control is a witness, and only workers can be removed'],
])('refuses to remove %s', (target, message) => {
  const facts = { api: 'ready', node: 'absent', pods: 'absent' } as const;
  const at = { cluster, host: cluster.control, facts, known: { ...known, target } };
  expect(refusal(() => drainNode.plan(at))).toMatchObject({ code: 'HOST_NOT_REMOVABLE', message });
});

it('refuses to remove a host while no API says whether its node is there', () => {
  const facts = { api: 'absent', node: 'absent', pods: 'absent' } as const;
  const at = { cluster, host: cluster.control, facts, known: { ...known, target: 'cam-north' } };
  expect(refusal(() => drainNode.plan(at))).toMatchObject({
    code: 'CLUSTER_UNREACHABLE',
    message: 'no master answers, so node cam-north cannot be deleted',
  });
  // Where nothing was ever founded there is no node.
  expect([...drainNode.plan({ ...at, known: { ...at.known, isFounding: true } })]).toEqual([]);
});

it('refuses a host for which the release has no files', () => {
  const facts = () => Object.keys(startServer.facts(cluster, host('box-b'), known));
  expect(refusal(facts)).toMatchObject({ code: 'ARCH_NOT_IN_SOURCE', message: 'no k3s for amd64' });
});

const NOTHING = { installs: [], configures: [], removes: [], unknown: [], refuses: [] };

it.each([
  ['has no apt, and needs keepalived, curl', 'absent'],
  ['needs keepalived, which neither it nor the bundle has', { ...NOTHING, unknown: ['keepalived'] }],
  [
    'apt cannot install keepalived, curl: keepalived : Depends: libnl-3-200 but it is not installable',
    { ...NOTHING, refuses: ['keepalived : Depends: libnl-3-200 but it is not installable'] },
  ],
  [
    'to install keepalived, curl apt would remove ucarp',
    { ...NOTHING, installs: [{ name: 'keepalived', version: '1' }], removes: ['ucarp'] },
  ],
] as const)('refuses a host that %s', (message, apt) => {
  const at = { cluster, host: host('box-b'), facts: { apt }, known };
  expect(refusal(() => bringPackages.plan(at))).toMatchObject({
    code: 'PACKAGES_REFUSED',
    host: 'box-b',
    message,
  });
});

it('wants packages of masters alone, and only where there is a VIP', () => {
  const keys = (of: typeof cluster) => bringPackages.hosts(of, known).map(({ key }) => key);
  expect(keys(cluster).sort()).toEqual(['box-a', 'box-b']);
  const { vip: _, ...masters } = cluster.masters;
  expect(keys({ ...cluster, masters })).toEqual([]);
});

const member = { hasLeader: true, isLeader: false, voter: true, members: 3 };
const nodeOf = (name: string, ready = true) => ({
  name,
  address: '',
  ready,
  since: '',
  bootId: '',
  version: '',
  unschedulable: false,
  labels: {},
  annotations: {},
  taints: [],
});
const all = ['box-a', 'box-b', 'box-c', 'cam-north', 'control'];
const whole = { member, nodes: all.map((name) => nodeOf(name)), vip: 'running' } as const;

it.each([
  ['its etcd is not one of 3 members that vote', { member: { ...member, members: 2 } }],
  ['its etcd is not one of 3 members that vote', { member: 'absent' }],
  ['not Ready: box-c', { nodes: all.map((name) => nodeOf(name, name !== 'box-c')) }],
  ['edgectl-vip.service does not run', { vip: 'stopped' }],
] as const)('pulls at no cluster that is not whole: %s', (message, but) => {
  const devices = { 'box-b': 'eth0' };
  const at = { cluster, host: host('box-b'), known: { ...known, network: { ...known.network, devices } } };
  expect(() => [...pullNode.plan({ ...at, facts: whole })]).not.toThrow();
  expect(refusal(() => pullNode.plan({ ...at, facts: { ...whole, ...but } }))).toMatchObject({
    code: 'DRILL_REFUSED',
    message,
  });
});

it('pulls at no host of which nobody knows the device, and at none that it has pulled already', () => {
  const at = { cluster, host: host('box-b'), facts: whole };
  expect(refusal(() => pullNode.plan({ ...at, known }))).toMatchObject({
    code: 'DRILL_REFUSED',
    host: 'box-b',
    message: 'nobody knows which device it has its address on',
  });
  const drill = { order: ['box-a', 'control', 'box-b'], pulled: ['box-b'] };
  expect([...pullNode.plan({ ...at, known: { ...known, drill } })]).toEqual([]);
  const order = pullNode.hosts(cluster, { ...known, drill }).map(({ key }) => key);
  expect(order).toEqual(drill.order);
});
