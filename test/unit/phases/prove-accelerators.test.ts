import { expect, it } from 'vitest';
import type { Known } from '../../../src/decisions/index.ts';
import { accelerators } from '../../../src/domain/accelerators/registry.ts';
import type { NodeState } from '../../../src/facts/node.ts';
import { proveAccelerators } from '../../../src/phases/prove-accelerators.ts';
import { ACCELERATORS, type AcceleratorId } from '../../../src/spec/accelerators.ts';
import { clusterCase } from '../../support/cases.ts';

const IMAGE = 'nvcr.io/nvidia/k8s-device-plugin:v0.17.4';
const crossing = clusterCase('crossing-17');
const cluster = { ...crossing, gpu: { ...crossing.gpu, shares: 5 } };
const [host = cluster.control] = cluster.hosts;
const node: NodeState = {
  name: 'box',
  address: '10.20.0.11',
  ready: true,
  since: '2026-11-21T20:00:00Z',
  bootId: '5c1d',
  version: 'v1.34.2+k3s1',
  unschedulable: false,
  labels: {},
  annotations: {},
  taints: [],
};

/** What is waited for on a board with two GPUs, and with whatever the board remembers. */
const proof = (id: AcceleratorId, annotations: Readonly<Record<string, string>> = {}) => {
  const known: Known = {
    names: { [host.key]: 'box' },
    arch: {},
    release: {},
    time: {},
    election: { masters: [host.key], reasons: {} },
    network: { backend: 'vxlan' },
    outcomes: {},
    kubeconfig: { path: '/home/operator/.kube/config' },
    accelerators: { [host.key]: { accelerator: id, because: 'it has', gpus: 2, image: IMAGE } },
  };
  const facts = { node: { ...node, annotations } };
  return proveAccelerators.until?.({ cluster, host, known, facts }) ?? [];
};

const offering = (resource: string, count: string) =>
  JSON.stringify({ status: { allocatable: { cpu: '8', [resource]: count } } });

it.each(ACCELERATORS)(
  'a board with %s is proved by what its node offers: all shares of all GPUs, not one less',
  (id) => {
    const { resource } = accelerators[id];
    const [offers] = proof(id);
    expect(offers?.judge(offering(resource, '10'))).toBe('ok');
    for (const few of ['0', '2', '9', '11']) expect(offers?.judge(offering(resource, few))).toBe('not yet');
    expect(offers?.judge(offering('example.com/other', '10'))).toBe('not yet');
  },
);

it.each(ACCELERATORS)(
  'a board with %s is proved by a pod of its class that asks for one share, on that node',
  (id) => {
    const { resource, runtime } = accelerators[id];
    const [, pod] = proof(id);
    const started = pod?.prepare?.find(({ method }) => method === 'POST');
    expect(started?.body).toMatchObject({
      kind: 'Pod',
      spec: {
        nodeName: 'box',
        runtimeClassName: runtime.name,
        restartPolicy: 'Never',
        containers: [{ image: IMAGE, resources: { limits: { [resource]: '1' } } }],
      },
    });
    const ended = (phase: string, reason = '') => pod?.judge(JSON.stringify({ status: { phase, reason } }));
    expect(ended('Succeeded')).toBe('ok');
    expect(ended('Running')).toBe('not yet');
    expect(ended('Failed', 'StartError')).toBe('not yet');
    expect(ended('Failed', 'OutOfnvidia.com/gpu')).toBe('skip');
    // It goes in the end, and what a killed run left of it goes first.
    expect(pod?.prepare?.[0]).toMatchObject({ method: 'DELETE' });
    expect(pod?.cleanup).toMatchObject([{ method: 'DELETE', path: pod?.prepare?.[0]?.path }]);
  },
);

it('what was proved is not proved by a pod again, but always by what the node offers', () => {
  const [, pod] = proof('nvidia');
  const remembered = pod?.remember?.[0]?.body as
    | { readonly metadata: { readonly annotations: Readonly<Record<string, string>> } }
    | undefined;
  expect(proof('nvidia', remembered?.metadata.annotations).map(({ says }) => says)).toEqual([
    'node box offers 10 nvidia.com/gpu',
  ]);
});
