import { devicePluginPath } from '../../../src/commands/device-plugin.ts';
import { runtimeClassPath } from '../../../src/commands/runtime-class.ts';
import { accelerators } from '../../../src/domain/accelerators/registry.ts';
import type { KubeWrite } from '../../../src/engine/change.ts';
import { DNS_DEPLOYMENT } from '../../../src/facts/dns.ts';
import type { Etcd, KubeNode } from './etcd.ts';
import { answering } from './kubelets.ts';

const IMAGE = 'coredns:1';
const POD_MS = 2000;
const NODES = '/api/v1/nodes';
const DNS_PODS = '/api/v1/namespaces/kube-system/pods?labelSelector=k8s-app%3Dkube-dns';
const ON_NODE = '&fieldSelector=spec.nodeName%3D';
const PROBES = '/api/v1/namespaces/kube-system/pods';
const PODS_ON = '/api/v1/pods?fieldSelector=spec.nodeName%3D';
const RBAC = '/apis/rbac.authorization.k8s.io/v1/';
const EVICTION = /\/pods\/coredns-(.+)\/eviction$/;

const iso = (ms: number): string => new Date(ms).toISOString();

const nodeJson = (node: KubeNode) => ({
  metadata: { name: node.name, labels: node.labels, annotations: node.annotations },
  spec: {
    unschedulable: node.unschedulable,
    taints: [
      ...node.taints,
      ...(node.ready ? [] : [{ key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' }]),
    ],
  },
  status: {
    conditions: [
      {
        type: 'Ready',
        status: node.ready ? 'True' : 'Unknown',
        lastTransitionTime: iso(node.since),
        lastHeartbeatTime: iso(node.heartbeat),
      },
    ],
    addresses: [{ type: 'InternalIP', address: node.machine.host.address }],
    nodeInfo: { kubeletVersion: 'v1.34.2+k3s1', bootID: node.bootId },
  },
});

const dnsJson = ({ dns }: Etcd, available: number) => ({
  metadata: { generation: dns?.generation },
  spec: {
    replicas: dns?.replicas,
    template: { spec: { containers: [{ image: IMAGE }], affinity: dns?.affinity } },
  },
  status: {
    observedGeneration: dns?.generation,
    // One that waits for a node counts.
    replicas: dns?.replicas,
    updatedReplicas:
      (dns?.replicas ?? 0) -
      (dns?.pods ?? []).filter(({ generation }) => generation !== dns?.generation).length,
    availableReplicas: available,
  },
});

/** Nobody has a GPU here, so that there is nothing of them in the API. */
const OF_GPUS: ReadonlySet<string> = new Set(
  Object.values(accelerators).flatMap(({ id, runtime }) => [
    devicePluginPath(id),
    runtimeClassPath(runtime.name),
  ]),
);

/** What a cluster's API answers to a read; '' when there is no such thing. */
export const readApi = (etcd: Etcd, path: string, now: number): string => {
  if (path === '/readyz') return 'ok';
  if (path === '/ping') return 'pong';
  if (path === NODES) return JSON.stringify({ items: [...etcd.nodes.values()].map(nodeJson) });
  if (path.startsWith(`${NODES}/`)) {
    const node = etcd.nodes.get(path.slice(NODES.length + 1));
    return node ? JSON.stringify(nodeJson(node)) : '';
  }
  if (path === DNS_DEPLOYMENT) return etcd.dns ? JSON.stringify(dnsJson(etcd, answering(etcd, now))) : '';
  if (path.startsWith(PODS_ON)) {
    const name = decodeURIComponent(path.slice(PODS_ON.length));
    const items = (etcd.dns?.pods ?? []).flatMap(({ node }) =>
      node === name
        ? [{ metadata: { name: `coredns-${node}`, namespace: 'kube-system' }, status: { phase: 'Running' } }]
        : [],
    );
    return JSON.stringify({ items });
  }
  if (path === DNS_PODS)
    return JSON.stringify({
      items: (etcd.dns?.pods ?? []).map(({ node }) => ({ metadata: {}, spec: { nodeName: node } })),
    });
  if (path.startsWith(`${PROBES}/`)) {
    const probe = etcd.probes.get(path);
    if (!probe) return '';
    const isReady =
      etcd.nodes.get(probe.node)?.ready === true && now - probe.born > POD_MS && answering(etcd, now) > 0;
    return JSON.stringify({
      status: { phase: 'Running', conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }] },
    });
  }
  if (OF_GPUS.has(path)) return '';
  if (path.startsWith(RBAC)) return JSON.stringify(etcd.objects.get(path)) ?? '';
  throw new Error(`the model knows no read of ${path}`);
};

const patched = (before: Record<string, string>, patch: Record<string, string | null> = {}) =>
  Object.fromEntries(
    Object.entries({ ...before, ...patch }).filter((entry): entry is [string, string] => entry[1] !== null),
  );

interface NodePatch {
  readonly metadata?: {
    readonly labels?: Record<string, string | null>;
    readonly annotations?: Record<string, string | null>;
  };
  readonly spec?: { readonly taints?: KubeNode['taints']; readonly unschedulable?: boolean };
}

interface DnsPatch {
  readonly spec: {
    readonly replicas?: number;
    readonly template?: { readonly spec: { readonly affinity: unknown } };
  };
}

const writeObject = ({ objects }: Etcd, { method, path, body }: KubeWrite): string | undefined => {
  const { metadata = {} } = (body ?? {}) as { readonly metadata?: { readonly name?: string } };
  const at = method === 'POST' ? `${path}/${metadata.name}` : path;
  if (method === 'POST' && objects.has(at)) return `"${metadata.name}" already exists`;
  if (method === 'PATCH' && !objects.has(at)) return `"${metadata.name}" not found`;
  if (method === 'DELETE') objects.delete(at);
  else objects.set(at, { ...objects.get(at), ...(body as object) });
  return undefined;
};

/** A write to a cluster's API; the word of its refusal, if it refuses. */
export const writeApi = (etcd: Etcd, { method, path, body }: KubeWrite, now: number): string | undefined => {
  if (method === 'PATCH' && path.startsWith(`${NODES}/`)) {
    const node = etcd.nodes.get(path.slice(NODES.length + 1));
    if (!node) return 'nodes not found';
    const { metadata = {}, spec = {} } = body as NodePatch;
    node.labels = patched(node.labels, metadata.labels);
    node.annotations = patched(node.annotations, metadata.annotations);
    if (spec.taints) node.taints = spec.taints;
    if (spec.unschedulable !== undefined) node.unschedulable = spec.unschedulable;
    return undefined;
  }
  if (method === 'PATCH' && path === DNS_DEPLOYMENT) {
    const { dns } = etcd;
    if (!dns) return 'deployments.apps "coredns" not found';
    const { replicas, template } = (body as DnsPatch).spec;
    if (replicas !== undefined) dns.replicas = replicas;
    if (template && JSON.stringify(template.spec.affinity) !== JSON.stringify(dns.affinity)) {
      dns.affinity = template.spec.affinity;
      dns.generation++;
    }
    return undefined;
  }
  if (method === 'DELETE' && path.startsWith(`${NODES}/`)) {
    // k3s's controllers forget its password and its etcd member with it.
    const name = path.slice(NODES.length + 1);
    etcd.nodes.delete(name);
    etcd.passwords.delete(name);
    etcd.members = etcd.members.filter((member) => member.name !== name);
    return undefined;
  }
  const evicted = EVICTION.exec(path)?.[1];
  if (method === 'POST' && evicted !== undefined) {
    if (etcd.dns) etcd.dns.pods = etcd.dns.pods.filter(({ node }) => node !== evicted);
    return undefined;
  }
  if (method === 'DELETE' && path.startsWith(DNS_PODS)) {
    const node = decodeURIComponent(path.slice(DNS_PODS.length + ON_NODE.length));
    if (etcd.dns) etcd.dns.pods = etcd.dns.pods.filter((pod) => pod.node !== node);
    return undefined;
  }
  if (method === 'DELETE' && path.startsWith(`${PROBES}/`)) {
    etcd.probes.delete(path);
    return undefined;
  }
  if (method === 'POST' && path === PROBES) {
    const { metadata, spec } = body as { metadata: { name: string }; spec: { nodeName: string } };
    const at = `${PROBES}/${metadata.name}`;
    if (etcd.probes.has(at)) return `pods "${metadata.name}" already exists`;
    etcd.probes.set(at, { node: spec.nodeName, born: now });
    return undefined;
  }
  if (path.startsWith(RBAC)) return writeObject(etcd, { method, path, body });
  throw new Error(`the model knows no ${method} of ${path}`);
};
