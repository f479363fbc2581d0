import { describe, expect, it } from 'vitest';
import { strayed } from '../../../src/domain/topology/dns.ts';

const node = (name: string, of: { cordoned?: boolean; taint?: string; effect?: string } = {}) => ({
  name,
  unschedulable: of.cordoned ?? false,
  taints: of.taint === undefined ? [] : [{ key: of.taint, effect: of.effect ?? 'NoSchedule' }],
});

const masters = ['m1', 'm2'];
const workers = ['w1', 'w2'];
const whole = [...masters, ...workers].map((name) => node(name));
const withWorker = (...of: Parameters<typeof node>) => [...whole.slice(0, 3), node(...of)];

describe('replicas of CoreDNS that go back to workers', () => {
  it('are those on masters while a worker is free', () => {
    expect(strayed(['w1', 'w2'], whole, masters, workers)).toEqual([]);
    expect(strayed(['m1', 'w1'], whole, masters, workers)).toEqual(['m1']);
    expect(strayed(['m1', 'm2'], whole, masters, workers)).toEqual(['m1', 'm2']);
    expect(strayed(['m1', 'm2'], whole, masters, ['w1'])).toEqual(['m1']);
    expect(strayed(['m1', 'w1'], whole, masters, ['w1'])).toEqual([]);
  });

  it('count a worker that this run brings up', () => {
    expect(strayed(['m1', 'w1'], whole.slice(0, 3), masters, workers)).toEqual(['m1']);
  });

  it('stay where no worker takes them', () => {
    expect(strayed(['m1', 'w1'], withWorker('w2', { cordoned: true }), masters, workers)).toEqual([]);
    expect(strayed(['m1', 'w1'], withWorker('w2', { taint: 'gpu' }), masters, workers)).toEqual([]);
    expect(
      strayed(['m1', 'w1'], withWorker('w2', { taint: 'gpu', effect: 'PreferNoSchedule' }), masters, workers),
    ).toEqual(['m1']);
    expect(strayed('absent', whole, masters, workers)).toEqual([]);
    expect(strayed(['m1'], 'absent', masters, workers)).toEqual([]);
  });
});
