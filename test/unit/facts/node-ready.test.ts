import { describe, expect, it } from 'vitest';
import { nodeReady } from '../../../src/facts/node.ts';

const node = (
  status: 'True' | 'False',
  heartbeat: string,
  taints: readonly { key: string; effect: string }[] = [],
) =>
  JSON.stringify({
    metadata: { name: 'cam-north' },
    spec: { taints },
    status: { conditions: [{ type: 'Ready', status, lastHeartbeatTime: heartbeat }] },
  });

const STARTED = Date.parse('2026-11-21T20:00:00Z') / 1000;

describe('a node that shall be Ready', () => {
  const { judge } = nodeReady('cam-north', STARTED);

  it('is not Ready by the word of a kubelet that has ended since', () => {
    expect(judge(node('True', '2026-11-21T19:59:59Z'))).toBe('not yet');
    expect(judge(node('True', '2026-11-21T20:00:09Z'))).toBe('ok');
  });

  it('is not Ready as long as its kubelet says no, or Kubernetes lets no pod come', () => {
    expect(judge(node('False', '2026-11-21T20:00:09Z'))).toBe('not yet');
    const taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };
    expect(judge(node('True', '2026-11-21T20:00:09Z', [taint]))).toBe('not yet');
  });

  it('is taken at its word when nobody knows since when its kubelet runs', () => {
    expect(nodeReady('cam-north').judge(node('True', '2026-11-21T19:59:59Z'))).toBe('ok');
    expect(nodeReady('cam-north').judge(node('True', ''))).toBe('ok');
    expect(judge(node('True', ''))).toBe('not yet');
  });
});
