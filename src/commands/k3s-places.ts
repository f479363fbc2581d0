import { BUNDLES_SEEN } from '../support/bundles-seen.ts';
import { PLACED } from '../support/placed-list.ts';
import { DEBS } from './apt.ts';
import { CONTENT, CONTENT_BLOBS } from './content.ts';
import { DEFAULT_ROUTE_UNIT } from './default-route.ts';
import { IMPORT_BLOBS, IMPORTED } from './images.ts';
import { AGENT_UNIT, BINARY, DATA, SERVER_UNIT, TOOLS, toolPath } from './k3s.ts';
import { runtimePathFile } from './k3s-unit.ts';
import { modulesAtBoot } from './modprobe.ts';
import { SHELF, SHIP_TIMER, SHIP_UNIT } from './snapshots.ts';
import { SETTINGS } from './sysctl.ts';
import { VIP_CONFIG, VIP_UNIT } from './vip.ts';

/** The units that edgectl makes, in the order in which they are stopped. */
export const UNITS = [SHIP_TIMER, SHIP_UNIT, VIP_UNIT, AGENT_UNIT, SERVER_UNIT, DEFAULT_ROUTE_UNIT] as const;

/** The programs that k3s unpacks and runs, its containers' keepers too; wherever its folder really lies. */
export const PROGRAMS = '*/k3s/data/*/bin/*';

/** k3s mounts below these. */
export const MOUNTS_BELOW = ['/run/k3s', '/var/lib/kubelet', DATA] as const;

/** The network links that k3s, flannel and kube-proxy make. */
export const LINKS = [
  'cni0',
  'flannel.1',
  'flannel-v6.1',
  'flannel-wg',
  'flannel-wg-v6',
  'kube-ipvs0',
] as const;

/** Folders that may be mount points: their content goes, and they too if they can. */
export const FOLDERS = [DATA, '/var/lib/kubelet', '/var/lib/cni'] as const;

/** Links to the binary, which are ours only while they lead there. */
export const TOOL_LINKS = TOOLS.map(toolPath);

/** All the rest, files and folders. */
export const PATHS = [
  ...UNITS.flatMap((unit) => [`/etc/systemd/system/${unit}`, `/etc/systemd/system/${unit}.env`]),
  ...[AGENT_UNIT, SERVER_UNIT].map(runtimePathFile),
  '/etc/rancher/k3s',
  '/etc/rancher/node',
  '/run/k3s',
  '/run/flannel',
  '/var/lib/rancher/edgectl',
  '/usr/local/lib/edgectl',
  BINARY,
  SETTINGS,
  modulesAtBoot([]).path,
  PLACED,
  CONTENT,
  CONTENT_BLOBS,
  IMPORT_BLOBS,
  IMPORTED,
  BUNDLES_SEEN,
  DEBS,
  VIP_CONFIG,
  SHELF,
] as const;

/** Folders that go only when nothing else is in them. */
export const PARENTS = [
  '/etc/rancher',
  '/var/lib/rancher',
  '/var/lib/edgectl',
  ...[AGENT_UNIT, SERVER_UNIT].map((unit) => `/etc/systemd/system/${unit}.d`),
  '/etc/edgectl',
  // The kubelet makes it for plugins that nobody has put there.
  '/usr/libexec/kubernetes/kubelet-plugins/volume/exec',
  '/usr/libexec/kubernetes/kubelet-plugins/volume',
  '/usr/libexec/kubernetes/kubelet-plugins',
  '/usr/libexec/kubernetes',
] as const;

/** A machine without iptables of its own has used the ones that k3s brings. */
export const TOOL_PATH = `PATH=$PATH:/usr/sbin:/sbin:${DATA}/data/current/bin:${DATA}/data/current/bin/aux`;

/** How kube-proxy, the CNI plugins and flannel mark their firewall rules, as an extended regular expression. */
export const RULE_MARKS = 'KUBE-|CNI-|FLANNEL-|flannel';

/** Every flavour of iptables that may hold rules. */
export const FIREWALLS = ['iptables', 'iptables-legacy', 'ip6tables', 'ip6tables-legacy'] as const;
