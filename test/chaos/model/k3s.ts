import { BINARY } from '../../../src/commands/k3s.ts';
import { CA_KEYS, caCertificates, DATASTORE, SERVER_CA } from '../../../src/commands/k3s-tls.ts';
import type { Etcd } from './etcd.ts';
import { hasQuorum, joinEtcd, newEtcd } from './etcd.ts';
import { clockOf, type Machine, type Unit } from './machine.ts';
import { hashOf, isBlob } from './matter.ts';
import type { Site } from './site.ts';

/** k3s's own words in config.yaml, as far as the model minds them. */
export type Config = Readonly<Record<string, unknown>>;

/** A running k3s. It reads its configuration when it starts, and tries again after 5 s when that leads nowhere. */
export interface K3s {
  readonly kind: 'server' | 'agent';
  readonly unit: Unit;
  config: Config;
  state: 'starting' | 'up' | 'crashed';
  /** When it has started, or tries again. */
  next: number;
  /** Since when it is up. */
  since: number;
  /** The etcd that it belongs to, once it is up. */
  etcd?: Etcd;
  /** What it said last. */
  word: string;
  /** Its API has answered since it is up: only then a server tells systemd so. */
  hasServed: boolean;
  /** A kubelet registers its node once, when it has started: one whose node was deleted meanwhile does not come back. */
  hasRegistered: boolean;
}

const CONFIG = '/etc/rancher/k3s/config.yaml';
const RETRY_MS = 5000;

const readConfig = ({ disk }: Machine): Config => {
  const lines = (disk.read(CONFIG) ?? '').matchAll(/^([a-z+-]+): (.+)$/gm);
  return Object.fromEntries(
    [...lines].map(([, key = '', value = '']) => [key, JSON.parse(value) as unknown]),
  );
};

const start = (machine: Machine, kind: K3s['kind'], unit: Unit, site: Site): K3s => ({
  kind,
  unit,
  config: readConfig(machine),
  state: 'starting',
  next: site.timeline.now + 2000 + site.random.below(8000),
  since: 0,
  word: '',
  hasServed: false,
  hasRegistered: false,
});

/** The server that an address in a configuration leads to, when it is there and answers. */
const serverAt = (from: Machine, url: unknown, site: Site): { machine: Machine; k3s: K3s } | undefined => {
  const machine = site.machines.find(({ host }) => url === `https://${host.address}:6443`);
  const k3s = machine && site.k3s.get(machine);
  if (!machine || k3s?.kind !== 'server' || k3s.state !== 'up') return undefined;
  return site.isLinked(from, machine) ? { machine, k3s } : undefined;
};

const NOT_BEFORE_MS = 3_600_000;

/** Why a token, or the clock, keeps a machine out of a cluster. */
const refusal = (machine: Machine, etcd: Etcd, token: unknown, user: 'server' | 'node', site: Site) => {
  if (clockOf(machine, site.timeline.now) < etcd.born - NOT_BEFORE_MS)
    return 'x509: certificate has expired or is not yet valid';
  const secret = user === 'server' ? etcd.serverToken : etcd.agentToken;
  if (token === `K10${hashOf(etcd.ca)}::${user}:${secret}`) return undefined;
  return 'not authorized';
};

const found = (machine: Machine, k3s: K3s, site: Site): string | undefined => {
  const { disk } = machine;
  const paths = [...caCertificates({}).map(({ path }) => path), ...CA_KEYS];
  const own = paths.every((path) => (disk.read(path) ?? '') !== '');
  if (!own) site.violations.push(`${machine.host.key} founded a cluster without the CAs of edgectl`);
  const etcd = newEtcd({
    id: `etcd-${site.etcds.size}`,
    ca: disk.read(`${SERVER_CA.path}.crt`) ?? `made by k3s on ${machine.host.key}`,
    serverToken: String(k3s.config['token']),
    agentToken: String(k3s.config['agent-token']),
    born: site.timeline.now,
  });
  site.etcds.set(etcd.id, etcd);
  joinEtcd(etcd, machine, String(k3s.config['node-name']), site);
  if (site.etcds.size > 1) site.violations.push(`${machine.host.key} founded a second cluster`);
  k3s.etcd = etcd;
  return undefined;
};

const join = (machine: Machine, k3s: K3s, site: Site): string | undefined => {
  const to = serverAt(machine, k3s.config['server'], site);
  const etcd = to?.k3s.etcd;
  if (!to || !etcd) return 'connection refused';
  const refused = refusal(machine, etcd, k3s.config['token'], 'server', site);
  if (refused) return refused;
  if (!hasQuorum(etcd, to.machine, site)) return 'etcdserver: request timed out';
  const word = joinEtcd(etcd, machine, String(k3s.config['node-name']), site);
  if (word) return word;
  machine.disk.write(`${SERVER_CA.path}.crt`, etcd.ca);
  machine.disk.sync(`${SERVER_CA.path}.crt`);
  k3s.etcd = etcd;
  return undefined;
};

const beginServer = (machine: Machine, k3s: K3s, site: Site): string | undefined => {
  const { disk } = machine;
  const id = disk.read(DATASTORE);
  if (id !== undefined) {
    const etcd = site.etcds.get(id);
    if (!etcd?.members.some((member) => member.machine === machine))
      return 'this member has been permanently removed from the cluster';
    k3s.etcd = etcd;
    return undefined;
  }
  const word = k3s.config['cluster-init'] === true ? found(machine, k3s, site) : join(machine, k3s, site);
  if (word === undefined && k3s.etcd) {
    disk.write(DATASTORE, k3s.etcd.id);
    disk.sync(DATASTORE);
  }
  return word;
};

const beginAgent = (machine: Machine, k3s: K3s, site: Site): string | undefined => {
  const to = serverAt(machine, k3s.config['server'], site);
  // An agent that has been in a cluster knows its other servers.
  const knows = machine.disk.read('/var/lib/rancher/k3s/agent/etc/k3s-agent-load-balancer.json');
  const etcd = to?.k3s.etcd ?? (knows === undefined ? undefined : site.etcds.get(knows));
  if (!etcd || !site.apiFor(machine, etcd)) return 'connection refused';
  const refused = refusal(machine, etcd, k3s.config['token'], 'node', site);
  if (refused) return refused;
  machine.disk.write('/var/lib/rancher/k3s/agent/etc/k3s-agent-load-balancer.json', etcd.id);
  machine.disk.sync('/var/lib/rancher/k3s/agent/etc/k3s-agent-load-balancer.json');
  k3s.etcd = etcd;
  return undefined;
};

const begin = (machine: Machine, k3s: K3s, site: Site): string | undefined => {
  const { disk } = machine;
  if (!isBlob(disk.read(BINARY) ?? '')) return 'exec format error';
  if (disk.full.has('data')) return 'no space left on device';
  if (!machine.hasOwnRoute && !machine.units.get('edgectl-default-route.service')?.runs)
    return 'unable to select an IP from default routes';
  if (k3s.config['token'] === undefined) {
    site.violations.push(`k3s was started on ${machine.host.key} without its configuration`);
    return 'token is required';
  }
  return k3s.kind === 'server' ? beginServer(machine, k3s, site) : beginAgent(machine, k3s, site);
};

const UNITS = [
  ['k3s.service', 'server'],
  ['k3s-agent.service', 'agent'],
] as const;

/** Lets the k3s of a machine come as far as it has come by now. */
export const stepK3s = (machine: Machine, site: Site): void => {
  const { now } = site.timeline;
  const running = machine.isOn
    ? UNITS.flatMap(([name, kind]) => {
        const unit = machine.units.get(name);
        return unit?.runs ? [{ unit, kind }] : [];
      })
    : [];
  if (running.length > 1) site.violations.push(`${machine.host.key} runs a server and an agent`);
  const [wanted] = running;
  let k3s = site.k3s.get(machine);
  if (!wanted) {
    site.k3s.delete(machine);
    return;
  }
  if (!k3s || k3s.kind !== wanted.kind || k3s.unit.since !== wanted.unit.since) {
    k3s = start(machine, wanted.kind, wanted.unit, site);
    site.k3s.set(machine, k3s);
  }
  if (k3s.state === 'up' && machine.disk.full.has('data')) {
    k3s.state = 'crashed';
    k3s.next = now + RETRY_MS;
    k3s.hasServed = false;
  }
  if (k3s.state === 'up' || now < k3s.next) return;
  k3s.config = readConfig(machine);
  k3s.hasRegistered = false;
  const word = begin(machine, k3s, site);
  k3s.word = word ?? '';
  for (const kind of ['programs', 'mounts', 'network', 'rules'] as const) machine.leftovers.add(kind);
  k3s.state = word === undefined ? 'up' : 'crashed';
  k3s.since = now;
  k3s.next = now + RETRY_MS;
};
