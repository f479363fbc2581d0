import { portName } from '../../domain/firewall/needed-ports.ts';
import { type Shut, shutTo } from '../../domain/firewall/shut.ts';
import type { NETWORK } from '../../spec/checks/network.ts';
import type { Found } from './questions.ts';
import { bad, fine, keepsEtcd, type Rules, unknown } from './rule.ts';

/** The ports that every node of k3s listens on, and those of a server besides. */
const NODE_PORTS = [6444, 10010, 10248, 10249, 10250, 10256];
const SERVER_PORTS = [2379, 2380, 2381, 2382, 6443, 10257, 10258, 10259];
const VXLAN_PORT = 8472;

/** What listens while hosts dial each other; that of a run that was cut off ends by itself. */
const LISTENER = 'edgectl-reach';

const isOurs = ({ tenants }: Found): boolean => tenants !== 'absent' && tenants.ours;

/** What a firewall keeps from the node: ports for the other hosts, and everything for the pods. */
const blocked = ({ hosts, networks }: Shut): readonly string[] => [
  ...new Set(hosts.flatMap(({ ports }) => (ports === 'any' ? ['the other master'] : ports.map(portName)))),
  ...networks.map((network) => `the pods (${network})`),
];

const OTHERS = [
  'kubelet',
  'k0scontroller',
  'k0sworker',
  'rke2-server',
  'rke2-agent',
  'snap.microk8s.daemon-kubelite',
];
const OTHER_PATHS = ['/etc/kubernetes/', '/etc/rancher/rke2', '/var/lib/k0s', '/var/snap/microk8s'];
const RUNTIMES = ['docker', 'containerd', 'crio'];

const isOther = (path: string): boolean => OTHER_PATHS.some((start) => path.startsWith(start));

type Code =
  | 'PORTS'
  | 'FIREWALL'
  | 'INPUT_POLICY'
  | 'CLOUD_SETUP'
  | 'FOREIGN_K3S'
  | 'OTHER_KUBERNETES'
  | 'CONTAINER_RUNTIME'
  | 'POD_NETWORK';

/** Who is on the machine already and in the way: programs, firewalls, other clusters. */
export const guests: Pick<Rules<keyof typeof NETWORK>, Code> = {
  PORTS: (found, { host }) => {
    const { listeners } = found;
    if (listeners === 'absent') return unknown('who listens on its ports');
    if (isOurs(found)) return fine('runs the cluster, and has its ports');
    const ports = keepsEtcd(host) ? [...NODE_PORTS, ...SERVER_PORTS] : NODE_PORTS;
    const taken = listeners.filter(
      ({ protocol, port, program }) =>
        (protocol === 'tcp' ? ports.includes(port) : port === VXLAN_PORT) && !program.startsWith(LISTENER),
    );
    const said = taken.map(
      ({ port, protocol, program }) => `${port}/${protocol} by ${program || 'the kernel'}`,
    );
    return said.length === 0 ? fine('its ports are free') : bad(`taken: ${[...new Set(said)].join(', ')}`);
  },

  FIREWALL: ({ firewall }, { cluster, known, host }) => {
    if (firewall === 'absent') return unknown('whether it has a firewall');
    if (firewall.name === 'none') return fine('neither ufw nor firewalld is at work');
    const shut = blocked(shutTo(firewall.openings, cluster, known, host));
    return shut.length === 0
      ? fine(`${firewall.name} lets the cluster in`)
      : bad(`${firewall.name} blocks ${shut.join(', ')}`);
  },

  INPUT_POLICY: ({ ruleSets, firewall }) => {
    if (ruleSets === 'absent') return unknown('its rules');
    const hasFront = firewall !== 'absent' && firewall.name !== 'none';
    return ruleSets.dropsInput && !hasFront
      ? bad('its rules drop what comes in')
      : fine('no rule set of its own drops what comes in');
  },

  CLOUD_SETUP: ({ tenants }) => {
    if (tenants === 'absent') return unknown('its services');
    return tenants.active.includes('nm-cloud-setup')
      ? bad('nm-cloud-setup is active')
      : fine('no nm-cloud-setup');
  },

  FOREIGN_K3S: ({ tenants }) => {
    if (tenants === 'absent') return unknown('what was on it');
    if (tenants.ours) return fine('the k3s on it is one of edgectl');
    const left = [
      ...tenants.active.filter((unit) => unit.startsWith('k3s')),
      ...tenants.paths.filter((path) => !isOther(path)),
    ];
    return left.length === 0
      ? fine('no k3s')
      : bad(`has a k3s that edgectl did not place: ${left.join(', ')}`);
  },

  OTHER_KUBERNETES: ({ tenants }) => {
    if (tenants === 'absent') return unknown('what was on it');
    const left = [
      ...tenants.active.filter((unit) => OTHERS.includes(unit)),
      ...tenants.paths.filter(isOther),
    ];
    return left.length === 0 ? fine('no other Kubernetes') : bad(`has ${left.join(', ')}`);
  },

  CONTAINER_RUNTIME: ({ tenants }) => {
    if (tenants === 'absent') return unknown('its services');
    const active = tenants.active.filter((unit) => RUNTIMES.includes(unit));
    return active.length === 0 ? fine('no other container runtime') : bad(`${active.join(' and ')} at work`);
  },

  POD_NETWORK: ({ tenants }) => {
    if (tenants === 'absent') return unknown('its pod networks');
    return tenants.networks.length === 0
      ? fine('no other pod network')
      : bad(`has ${tenants.networks.join(', ')}`);
  },
};
