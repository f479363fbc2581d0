import type { Answers } from '../../engine/fact.ts';
import { cgroups } from '../../facts/cgroups.ts';
import { dataDisk } from '../../facts/data-disk.ts';
import { clockSkew } from '../../facts/date.ts';
import { container } from '../../facts/detect-virt.ts';
import { freeDisk } from '../../facts/df.ts';
import { disks } from '../../facts/disks.ts';
import { firewall } from '../../facts/firewall.ts';
import { fsync } from '../../facts/fsync.ts';
import { heat } from '../../facts/heat.ts';
import { hostname } from '../../facts/hostname.ts';
import { addresses, defaultRoute, vxlan } from '../../facts/ip.ts';
import { kernelNetwork } from '../../facts/kernel-network.ts';
import { l4t } from '../../facts/l4t.ts';
import { links } from '../../facts/links.ts';
import { listeners } from '../../facts/listeners.ts';
import { machine } from '../../facts/machine.ts';
import { modulesTried } from '../../facts/modprobe.ts';
import { neighbour } from '../../facts/neighbour.ts';
import { osRelease } from '../../facts/os-release.ts';
import { overlay } from '../../facts/overlay.ts';
import { ownPlaces } from '../../facts/own-places.ts';
import { missingTools } from '../../facts/path.ts';
import { powerMode, powerModes } from '../../facts/power-mode.ts';
import { reach } from '../../facts/reach.ts';
import { resolvConf } from '../../facts/resolv-conf.ts';
import { routes } from '../../facts/routes.ts';
import { ruleSets } from '../../facts/rule-sets.ts';
import { sshHostKeys } from '../../facts/ssh-host-keys.ts';
import { rootWorks } from '../../facts/sudo.ts';
import { swap } from '../../facts/swap.ts';
import { sysctls } from '../../facts/sysctl.ts';
import { system } from '../../facts/system.ts';
import { tenants } from '../../facts/tenants.ts';
import { timekeeping } from '../../facts/timekeeping.ts';
import { architecture } from '../../facts/uname.ts';
import { type Cluster, type Host, nodes } from '../../spec/cluster.ts';
import { type Guest, meetingOf } from './meeting.ts';

/** What edgectl and k3s call on a node, beside what no Linux is without. */
const TOOLS = [
  'awk',
  'base64',
  'dd',
  'findmnt',
  'ip',
  'modprobe',
  'mount',
  'sha256sum',
  'ss',
  'sysctl',
  'systemctl',
  'umount',
  'unshare',
];

/** Settings of the kernel that a unit of k3s asks for and edgectl does not raise. */
export const LIMITS = { 'fs.nr_open': 1_048_576, 'kernel.pid_max': 32_768 } as const;

/** What the checks look at; `vip` is asked for where the cluster has one, `reach` of its nodes. */
export const facts = {
  addresses,
  architecture,
  cgroups,
  clockSkew,
  container,
  dataDisk,
  defaultRoute,
  disks,
  firewall,
  freeDisk,
  fsync,
  heat,
  hostname,
  kernelNetwork,
  l4t,
  limits: sysctls(...Object.keys(LIMITS)),
  links,
  listeners,
  machine,
  missing: missingTools(...TOOLS),
  modules: modulesTried('br_netfilter', 'ip_set'),
  osRelease,
  overlay,
  ownPlaces,
  powerMode,
  powerModes,
  reach: reach({ own: '', ports: [], others: [] }),
  resolvConf,
  rootWorks,
  routes,
  ruleSets,
  sshHostKeys,
  swap,
  system,
  tenants,
  timekeeping,
  vip: neighbour('0.0.0.0'),
  vxlan,
};

/** What a host answered. */
export type Found = Answers<typeof facts>;

/** The questions about the way between a host and other nodes, where it is or becomes one itself and has others. */
export const wayOf = (guest: Guest): Pick<typeof facts, 'reach' | 'firewall'> | undefined => {
  const meeting = meetingOf(guest);
  const isNode = guest.nodes.some(({ key }) => key === guest.host.key);
  return isNode && meeting.others.length > 0 ? { reach: reach(meeting), firewall } : undefined;
};

/** The questions to a host of this cluster. */
export const questionsFor = (guest: Guest): Partial<typeof facts> => {
  const { vip: _, reach: __, ...rest } = facts;
  const { vip } = guest.cluster.masters;
  return { ...rest, ...wayOf(guest), ...(vip === undefined ? {} : { vip: neighbour(vip) }) };
};

/** The nodes of the cluster that are among those that can be asked. */
export const nodesAmong = (cluster: Cluster, hosts: readonly Host[]): readonly Host[] =>
  nodes(cluster).filter((node) => hosts.some(({ key }) => key === node.key));
