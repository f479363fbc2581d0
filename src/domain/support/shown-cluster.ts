import type { Cluster, Host, K3sValue } from '../../spec/cluster.ts';

/** A host as a helper may see it: without its way in. */
interface ShownHost {
  readonly name: string;
  readonly address: string;
  readonly role: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly string[];
}

/**
 * A cluster file as a helper may see it. What is not named here does not leave the site: comments, key files, users, and
 * every setting of k3s that is a text of its own.
 */
export interface ShownCluster {
  readonly name: string;
  readonly control: ShownHost;
  readonly hosts: readonly ShownHost[];
  readonly masters: Cluster['masters'];
  readonly k3s: {
    readonly version: string;
    readonly server: Readonly<Record<string, ShownValue>>;
    readonly agent: Readonly<Record<string, ShownValue>>;
  };
  readonly bundle: boolean;
  readonly time: Cluster['time'];
  readonly waive: readonly { readonly code: string; readonly host?: string }[];
}

type ShownValue = number | boolean | readonly string[] | 'given';

// Words with which nobody logs in anywhere.
const PLAIN = new Set([
  ...['cluster-cidr', 'service-cidr', 'cluster-dns', 'cluster-domain', 'flannel-backend', 'flannel-iface'],
  ...['disable', 'tls-san', 'snapshotter', 'default-runtime', 'resolv-conf', 'egress-selector-mode'],
  ...['write-kubeconfig-mode', 'etcd-snapshot-schedule-cron', 'kubelet-arg', 'service-node-port-range'],
]);

const shownValue = (key: string, value: K3sValue): ShownValue => {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return PLAIN.has(key) ? [value].flat().map(String) : 'given';
};

const shownValues = (values: Readonly<Record<string, K3sValue>>): Readonly<Record<string, ShownValue>> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, shownValue(key, value)]));

const shownHost = ({ key, address, role, labels, taints }: Host): ShownHost => ({
  name: key,
  address,
  role,
  labels,
  taints,
});

/** What of a cluster file a helper may see. */
export const shownCluster = ({
  name,
  control,
  hosts,
  masters,
  k3s,
  bundle,
  time,
  waive,
}: Cluster): ShownCluster => ({
  name,
  control: shownHost(control),
  hosts: hosts.map(shownHost),
  masters,
  k3s: { version: k3s.version, server: shownValues(k3s.server), agent: shownValues(k3s.agent) },
  bundle: bundle !== undefined,
  time,
  waive: waive.map(({ code, host }) => ({ code, ...(host === undefined ? {} : { host }) })),
});
