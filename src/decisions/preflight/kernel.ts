import { needsCgroupFlag } from '../../domain/topology/cgroups.ts';
import type { KERNEL } from '../../spec/checks/kernel.ts';
import type { Found } from './questions.ts';
import { bad, fine, ofMachine, type Rule, type Rules, unknown } from './rule.ts';

/** Matches and targets of iptables that kube-proxy and flannel write. */
const MATCHES = [
  'filter',
  'comment',
  'conntrack',
  'addrtype',
  'mark',
  'statistic',
  'multiport',
  'REJECT',
  'MARK',
];
const NATS = ['nat', 'MASQUERADE', 'DNAT'];
const CONTROLLERS = ['memory', 'cpu', 'pids'];

const lacking = (can: Exclude<Found['kernelNetwork'], 'absent'>, names: readonly string[]) =>
  names.filter((name) => can[name] === false);

/** Fails by what the kernel was seen to refuse; what was not tried, for want of a tool, is not held against it. */
const tried =
  (names: readonly string[], what: string): Rule =>
  ({ kernelNetwork: can }) => {
    if (can === 'absent' || !names.some((name) => name in can))
      return unknown(`${what}: nothing to try it with`);
    const missing = lacking(can, names);
    return missing.length === 0
      ? fine(`the kernel makes ${what}`)
      : bad(`the kernel refuses ${missing.join(', ')}`);
  };

const moduleRule = (module: string): Rule =>
  ofMachine(({ modules }) => {
    if (modules === 'absent') return unknown(`the module ${module}`);
    const trial = modules[module];
    if (trial === undefined) return unknown(`the module ${module}`);
    return trial === 'fails'
      ? bad(`the kernel has no ${module}, or does not load it`)
      : fine(trial === 'there' ? `${module} is there` : `${module} can be loaded`);
  });

/** Whether both sides of the cluster pass this flag to their kubelets. */
/** 1.8.0 to 1.8.4 double rules in nft, 1.6.1 and older lose some (k3s's documentation, "known issues"). */
const isTroubled = (version: string, backend: string): boolean => {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  if (major !== 1) return major < 1;
  return backend === 'nf_tables' ? minor === 8 && patch <= 4 : minor < 6 || (minor === 6 && patch <= 1);
};

/** What the kernel can do, and how its memory and groups are set up. */
export const kernel: Rules<keyof typeof KERNEL> = {
  OVERLAY: ({ overlay }) => {
    if (overlay === 'absent') return unknown('overlay mounts: nothing to try them with');
    return overlay === 'works' ? fine('overlay mounts work') : bad('overlay mounts fail');
  },
  POD_LINKS: tried(['veth', 'bridge'], 'veth pairs and bridges'),
  BR_NETFILTER: moduleRule('br_netfilter'),
  NETFILTER: tried(MATCHES, "kube-proxy's rules"),
  NAT: tried(NATS, 'MASQUERADE and DNAT rules'),

  VXLAN: ({ vxlan }) =>
    vxlan === 'works' ? fine('the kernel makes vxlan links') : bad('the kernel makes no vxlan links'),

  IPSET: (found, place) =>
    place.cluster.k3s.server['disable-network-policy'] === true
      ? fine('network policies are switched off')
      : moduleRule('ip_set')(found, place),

  DUMMY_LINK: ({ defaultRoute, kernelNetwork: can }) => {
    if (defaultRoute !== 'absent') return fine('not needed: there is a default route');
    if (can === 'absent' || !('dummy' in can)) return unknown('dummy links: nothing to try them with');
    return can['dummy']
      ? fine('the kernel makes dummy links')
      : bad('no default route, and the kernel makes no dummy link');
  },

  IPTABLES_MIX: ({ ruleSets }) => {
    if (ruleSets === 'absent') return unknown('it has no iptables');
    const { legacy, nft } = ruleSets;
    return legacy > 0 && nft > 0
      ? bad(`${legacy} legacy rules beside ${nft} of nft`)
      : fine(legacy > 0 ? `${legacy} legacy rules` : `${nft} rules of nft`);
  },

  IPTABLES_VERSION: ({ ruleSets }, { cluster: { k3s } }) => {
    if (ruleSets === 'absent') return fine('none, so k3s takes its own');
    const { version, backend } = ruleSets.iptables;
    const message = `iptables ${version} (${backend})`;
    const bundled = [k3s.server, k3s.agent].every((side) => side['prefer-bundled-bin'] === true);
    return bundled || !isTroubled(version, backend) ? fine(message) : bad(message);
  },

  CGROUP_VERSION: ({ cgroups }, { cluster }) => {
    if (cgroups === 'absent') return unknown('its control groups');
    const message = `control groups v${cgroups.version}`;
    const isToldTo = (['server', 'agent'] as const).some((side) => needsCgroupFlag(cluster, side, cgroups));
    return isToldTo ? bad(`${message}, which ${cluster.k3s.version} refuses by itself`) : fine(message);
  },

  CGROUP_CONTROLLERS: ({ cgroups }) => {
    if (cgroups === 'absent') return unknown('its control groups');
    const missing = CONTROLLERS.filter((name) => !cgroups.controllers.includes(name));
    return missing.length === 0 ? fine('memory, cpu and pids are on') : bad(`${missing.join(', ')} off`);
  },

  SWAP: ofMachine(({ swap }) => {
    if (swap === 'absent') return unknown('its swap');
    const said = [
      ...swap.devices.map(({ name, size }) => `${name} (${size} MiB)`),
      ...swap.units.map((unit) => `${unit} at boot`),
    ];
    return said.length === 0 ? fine('no swap') : bad(`swaps: ${said.join(', ')}`);
  }),
};
