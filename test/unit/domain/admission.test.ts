import { expect, it } from 'vitest';
import { admitHosts } from '../../../src/decisions/admit-hosts.ts';
import { electMasters } from '../../../src/decisions/elect-masters.ts';
import { asksOf } from '../../../src/engine/fact.ts';
import { clusterCase } from '../../support/cases.ts';

const cluster = clusterCase('crossing-17');
const [host = cluster.control] = cluster.hosts;
const vip = ({ vip: question }: { readonly vip?: Parameters<typeof asksOf>[0] } = {}) =>
  question && JSON.stringify(asksOf(question, 'r1')).includes('10.20.0.100');

it('asks nothing for its checks of a host that was admitted before', () => {
  const kept = { hosts: { [host.key]: [] }, said: [] };
  expect(admitHosts.questions?.({ cluster, host, kept })).toBeUndefined();
  expect(admitHosts.questions?.({ cluster, host: cluster.control, kept })).toBeDefined();
  expect(admitHosts.questions?.({ cluster, host })).toBeDefined();
});

it('asks who has the VIP only where there is one', () => {
  expect(vip(admitHosts.questions?.({ cluster, host }))).toBe(true);
  const { vip: _, ...masters } = cluster.masters;
  const without = { ...cluster, masters };
  expect(admitHosts.questions?.({ cluster: without, host })).not.toHaveProperty('vip');
});

it('measures no disk while every seat is taken', () => {
  const asked = (masters: readonly string[]) =>
    Object.keys(electMasters.questions?.({ cluster, host, kept: { masters, reasons: {} } }) ?? {});
  expect(asked(['box-a', 'box-b'])).not.toContain('fsync');
  expect(asked(['box-a'])).toContain('fsync');
  // A master that left the cluster file has given up its seat.
  expect(asked(['box-a', 'box-gone'])).toContain('fsync');
});
