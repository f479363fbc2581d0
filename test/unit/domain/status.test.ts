import { describe, expect, it } from 'vitest';
import { readStatus, type Seen } from '../../../src/domain/status/status.ts';
import { clusterCase } from '../../support/cases.ts';

const cluster = clusterCase('crossing-17');
const names = Object.fromEntries([...cluster.hosts, cluster.control].map(({ key }) => [key, key]));
const day = 86_400_000;

const seenNode = (name: string, address: string) => ({
  name,
  address,
  ready: true,
  version: 'v1.34.2+k3s1',
  labels: {},
});
const votes = { hasLeader: true, isLeader: false, voter: true };
const whole: Seen = {
  cluster,
  known: { names, election: { masters: ['box-b', 'box-a'] } },
  nodes: [...cluster.hosts, cluster.control].map(({ key, address }) => seenNode(key, address)),
  etcd: { 'box-b': { ...votes, isLeader: true }, 'box-a': votes, [cluster.control.key]: votes },
  certificates: { 'box-a': 30.5 * day },
  pending: [],
  now: 0,
};

describe('the status of a cluster', () => {
  it('is ready when every node is, and every member votes under a leader', () => {
    const status = readStatus(whole);
    expect(status.ready).toBe(true);
    expect(status.drift).toEqual([]);
    expect(status.nodes.map(({ name, role }) => `${name} ${role}`)).toEqual([
      'box-a master',
      'box-b master',
      'box-c worker',
      'cam-north worker',
      'control witness',
    ]);
    expect(status.etcd).toEqual([
      { name: 'box-b', voter: true, healthy: true, leader: true },
      { name: 'box-a', voter: true, healthy: true, leader: false },
      { name: 'control', voter: true, healthy: true, leader: false },
    ]);
    expect(status.nodes.map(({ certDaysLeft }) => certDaysLeft)).toEqual([30, null, null, null, null]);
  });

  it('is not ready without an API, and calls nothing drift that it cannot see', () => {
    const status = readStatus({ ...whole, nodes: 'absent' });
    expect(status.ready).toBe(false);
    expect(status.drift).toEqual([]);
    expect(status.nodes.every(({ ready, version }) => !ready && version === '')).toBe(true);
  });

  it.each([
    ['a learner', { ...votes, voter: false }],
    ['a member without a leader', { ...votes, hasLeader: false }],
    ['a silent member', 'absent' as const],
  ])('is not ready with %s', (_, member) => {
    expect(readStatus({ ...whole, etcd: { ...whole.etcd, 'box-a': member } }).ready).toBe(false);
  });

  it('names every difference from the cluster file', () => {
    const status = readStatus({
      ...whole,
      nodes: [
        { ...seenNode('box-a', '10.20.0.11'), version: 'v1.33.6+k3s1' },
        seenNode('box-b', '10.20.0.99'),
        seenNode('box-c', '10.20.0.13'),
        seenNode('control', '10.20.0.2'),
        { ...seenNode('old', '10.20.0.30'), labels: { 'edgectl.io/role': 'master' } },
      ],
      pending: [{ host: 'box-c', changes: ['start k3s-agent.service'] }],
    });
    expect(status.ready).toBe(false);
    expect(status.nodes.at(-1)).toMatchObject({ name: 'old', role: 'master' });
    expect(status.drift).toEqual([
      'cam-north is in the cluster file, and no node of the cluster has that name',
      'old is a node of the cluster, and not in the cluster file',
      'box-a runs v1.33.6+k3s1, and the cluster file wants v1.34.2+k3s1',
      'box-b is a node by the address 10.20.0.99, and the cluster file has 10.20.0.12',
      'box-c differs: init would start k3s-agent.service',
    ]);
  });

  it('asks no etcd where the state is elsewhere', () => {
    const server = { 'datastore-endpoint': 'postgres://db' };
    const status = readStatus({
      ...whole,
      etcd: {},
      cluster: { ...cluster, k3s: { ...cluster.k3s, server } },
    });
    expect(status.etcd).toEqual([]);
    expect(status.ready).toBe(true);
  });
});
