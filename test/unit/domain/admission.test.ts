import { expect, it } from 'vitest';
import { admitHosts } from '../../../src/decisions/admit-hosts.ts';
import { electMasters } from '../../../src/decisions/elect-masters.ts';
import { asksOf } from '../../../src/engine/fact.ts';
import { clusterCase } from '../../support/cases.ts';

const cluster = clusterCase('crossing-17');
const [host = cluster.control] = cluster.hosts;
const hosts = [...cluster.hosts, cluster.control];
const known = {};
const vip = ({ vip: question }: { readonly vip?: Parameters<typeof asksOf>[0] } = {}) =>
  question && JSON.stringify(asksOf(question, 'r1')).includes('10.20.0.100');

it('asks nothing for its checks of a host that was admitted before', () => {
  const all = Object.fromEntries(hosts.map(({ key }) => [key, []]));
  const kept = { hosts: all, said: [] };
  expect(admitHosts.questions?.({ cluster, host, hosts, known, kept })).toBeUndefined();
  expect(Object.keys(admitHosts.questions?.({ cluster, host, hosts, known }) ?? {})).toContain('fsync');
});

it('asks a host that was admitted only how it and a new one reach each other', () => {
  const kept = { hosts: { [host.key]: [], 'box-b': [] }, said: [] };
  const questions = admitHosts.questions?.({ cluster, host, hosts, known, kept });
  expect(Object.keys(questions ?? {}).sort()).toEqual(['firewall', 'reach']);
  const [, , , run, ...targets] = questions?.reach?.ask('r1').parts ?? [];
  expect(run).toBe('r1');
  expect(targets.map((target) => target.split(',')[0])).toEqual(['10.20.0.13', '10.20.0.14', '10.20.0.2']);
  // A new host that is switched off does not make a settled cluster wait for it.
  const answering = hosts.slice(0, 2);
  expect(admitHosts.questions?.({ cluster, host, hosts: answering, known, kept })).toBeUndefined();
});

it('asks who has the VIP only where there is one', () => {
  expect(vip(admitHosts.questions?.({ cluster, host, hosts, known }))).toBe(true);
  const { vip: _, ...masters } = cluster.masters;
  const without = { ...cluster, masters };
  expect(admitHosts.questions?.({ cluster: without, host, hosts, known })).not.toHaveProperty('vip');
});

it('measures no disk while every seat is taken', () => {
  const asked = (masters: readonly string[]) =>
    Object.keys(
      electMasters.questions?.({ cluster, host, hosts, known, kept: { masters, reasons: {} } }) ?? {},
    );
  expect(asked(['box-a', 'box-b'])).not.toContain('fsync');
  expect(asked(['box-a'])).toContain('fsync');
  // A master that left the cluster file has given up its seat.
  expect(asked(['box-a', 'box-gone'])).toContain('fsync');
});
