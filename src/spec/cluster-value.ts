import { isAbsolute, join, resolve } from 'node:path';
import { given } from '../support/given.ts';
import type { Cluster, Host, K3sValue, SshAccess } from './cluster.ts';
import type { ClusterFile } from './cluster-schema.ts';

/** Where a file stands: the operator's home folder and the file's own folder, both absolute. */
export interface FilePlace {
  readonly home: string;
  readonly folder: string;
}

type Spec = ClusterFile['spec'];
type Machine = Spec['control'] | Spec['hosts'][number];

const fullPath = (path: string, { home, folder }: FilePlace): string => {
  if (path === '~' || path.startsWith('~/')) return join(home, path.slice(1));
  return isAbsolute(path) ? path : resolve(folder, path);
};

const sourceOf = (source: string, place: FilePlace): string =>
  /^https?:\/\//i.test(source) ? source.replace(/\/+$/, '') : fullPath(source, place);

const sshOf = (
  { address, hostKey, ssh: own = {} }: Machine,
  all: Spec['ssh'],
  place: FilePlace,
): SshAccess => {
  const { user, port, key, bastion } = { ...given(all), ...given(own) };
  const reach = given({ user, port, key: key === undefined ? undefined : fullPath(key, place), hostKey });
  // A control device is often its boards' bastion; nobody goes through himself.
  if (!bastion || bastion.address === address) return reach;
  return { ...reach, bastion: { address: bastion.address, ...given(bastion) } };
};

const controlOf = (control: Spec['control'], ssh: SshAccess): Host => ({
  key: control.name ?? control.address,
  ...given({ name: control.name }),
  address: control.address,
  duty: 'control',
  role: 'auto',
  labels: {},
  taints: [],
  local: control.local,
  ssh,
});

const boardOf = (host: Spec['hosts'][number], ssh: SshAccess): Host => ({
  key: host.name ?? host.address,
  ...given({ name: host.name }),
  address: host.address,
  duty: 'board',
  role: host.role,
  labels: host.labels,
  taints: host.taints,
  local: false,
  ssh,
});

const OPERATOR: Host = {
  key: 'operator',
  address: '127.0.0.1',
  duty: 'operator',
  role: 'auto',
  labels: {},
  taints: [],
  local: true,
  ssh: {},
};

/** The cluster that a checked file describes: defaults filled in, paths made absolute. */
export const clusterOf = ({ metadata, spec }: ClusterFile, place: FilePlace): Cluster => ({
  name: metadata.name,
  control: controlOf(spec.control, sshOf(spec.control, spec.ssh, place)),
  hosts: spec.hosts.map((host) => boardOf(host, sshOf(host, spec.ssh, place))),
  operator: OPERATOR,
  masters: {
    elect: spec.masters.elect ?? (spec.masters.ha === 'none' ? 1 : 2),
    ha: spec.masters.ha,
    ...given({ vip: spec.masters.vip }),
    schedulable: spec.masters.schedulable,
  },
  k3s: {
    version: spec.k3s.version,
    source: sourceOf(spec.k3s.source, place),
    // k3sFaults has refused everything that is no K3sValue.
    server: spec.k3s.server as Record<string, K3sValue>,
    agent: spec.k3s.agent as Record<string, K3sValue>,
  },
  ...(spec.bundle ? { bundle: { path: fullPath(spec.bundle.path, place), trust: spec.bundle.trust } } : {}),
  gpu: spec.gpu,
  time: spec.time,
  waive: spec.preflight.waive.map(({ code, reason, host }) => ({ code, reason, ...given({ host }) })),
});
