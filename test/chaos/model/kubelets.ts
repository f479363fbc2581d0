import type { Etcd, KubeNode } from './etcd.ts';
import type { K3s } from './k3s.ts';
import { clockOf, type Machine } from './machine.ts';
import type { Site } from './site.ts';

const PASSWORD = '/etc/rancher/node/password';
/** How long a node counts as Ready that is not heard of, and how long its pods are left where they are. */
const GRACE_MS = 40_000;
const EVICTION_MS = 300_000;
const FIRST_STATUS_MS = 6000;
const POD_MS = 2000;

/** The boot id of a machine. */
const bootIdOf = ({ machineId, boot }: Machine): string => `boot-${machineId.slice(-2)}-${boot}`;

const register = (machine: Machine, k3s: K3s, etcd: Etcd, site: Site): KubeNode | undefined => {
  const name = String(k3s.config['node-name']);
  const { disk } = machine;
  if (!disk.read(PASSWORD)) {
    if (disk.full.has('root')) return undefined;
    disk.write(PASSWORD, `password-${site.random.next()}`, '600');
    disk.sync(PASSWORD);
  }
  const password = disk.read(PASSWORD) ?? '';
  const kept = etcd.passwords.get(name);
  if (kept !== undefined && kept !== password) {
    k3s.word = 'Node password rejected, duplicate hostname';
    return undefined;
  }
  etcd.passwords.set(name, password);
  const there = etcd.nodes.get(name);
  if (there) return there;
  const isMaster = k3s.kind === 'server' && k3s.config['disable-apiserver'] !== true;
  const taints = [k3s.config['node-taint'] ?? []].flat().map((word) => {
    const [, key = '', value, effect = ''] = /^([^=:]+)(?:=([^:]*))?:(.+)$/.exec(String(word)) ?? [];
    return { key, ...(value === undefined ? {} : { value }), effect };
  });
  const node: KubeNode = {
    name,
    machine,
    labels: isMaster ? { 'node-role.kubernetes.io/control-plane': 'true' } : {},
    annotations: {},
    taints,
    unschedulable: false,
    bootId: '',
    ready: false,
    since: site.timeline.now,
    heard: 0,
    heartbeat: 0,
  };
  etcd.nodes.set(name, node);
  return node;
};

/** Lets the kubelet of a machine say how it is. */
export const stepKubelet = (machine: Machine, site: Site): void => {
  const { now } = site.timeline;
  const k3s = site.k3s.get(machine);
  const etcd = k3s?.etcd;
  if (k3s?.state !== 'up' || !etcd || now - k3s.since < FIRST_STATUS_MS) return;
  if (!site.apiFor(machine, etcd)) return;
  k3s.hasServed = true;
  const name = String(k3s.config['node-name']);
  const node = k3s.hasRegistered ? etcd.nodes.get(name) : register(machine, k3s, etcd, site);
  if (node) k3s.hasRegistered = true;
  if (!node || now - node.heard < 1000) return;
  if (node.machine !== machine) site.violations.push(`two machines are node ${node.name}`);
  node.heard = now;
  node.heartbeat = clockOf(machine, now);
  node.bootId = bootIdOf(machine);
  if (!node.ready) {
    node.ready = true;
    node.since = now;
  }
};

/** What the controllers do: nodes that are not heard of, and CoreDNS with its pods. */
export const stepControllers = (etcd: Etcd, site: Site): void => {
  const { now } = site.timeline;
  if (!site.machines.some((machine) => site.servesApi(machine, etcd))) return;
  for (const node of etcd.nodes.values())
    if (node.ready && now - node.heard > GRACE_MS) {
      node.ready = false;
      node.since = now;
    }
  if (etcd.dnsDue === 0) etcd.dnsDue = now + 3000 + site.random.below(5000);
  if (!etcd.dns && now >= etcd.dnsDue)
    etcd.dns = { replicas: 1, generation: 1, affinity: undefined, pods: [] };
  if (etcd.dns) placePods(etcd, now);
};

const placePods = (etcd: Etcd, now: number): void => {
  const { dns } = etcd;
  if (!dns) return;
  dns.pods = dns.pods
    .filter(({ node }) => {
      const on = etcd.nodes.get(node);
      return on && (on.ready || now - on.since < EVICTION_MS);
    })
    .filter(({ generation, born }) => generation === dns.generation || now - born < POD_MS)
    .slice(0, Math.max(dns.replicas, 0));
  const room = [...etcd.nodes.values()].filter(
    ({ name, ready, unschedulable, taints }) =>
      ready &&
      !unschedulable &&
      taints.every(({ effect }) => effect === 'PreferNoSchedule') &&
      !dns.pods.some(({ node }) => node === name),
  );
  const isMaster = ({ labels }: KubeNode) => 'node-role.kubernetes.io/control-plane' in labels;
  const ranked = dns.affinity ? room.sort((a, b) => Number(isMaster(a)) - Number(isMaster(b))) : room;
  while (dns.pods.length < dns.replicas) {
    const next = ranked.shift();
    if (!next) return;
    dns.pods.push({ node: next.name, generation: dns.generation, born: now });
  }
};

/** How many pods of CoreDNS answer. */
export const answering = ({ dns, nodes }: Etcd, now: number): number =>
  dns?.pods.filter(({ node, born }) => nodes.get(node)?.ready && now - born >= POD_MS).length ?? 0;
