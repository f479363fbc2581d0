import type { PairProbe, Question } from '../../src/engine/fact.ts';
import { allocatable } from '../../src/facts/allocatable.ts';
import { aptSays } from '../../src/facts/apt.ts';
import { bundlesSeen } from '../../src/facts/bundles-seen.ts';
import { certificates } from '../../src/facts/certificates.ts';
import { cgroups } from '../../src/facts/cgroups.ts';
import { chrony } from '../../src/facts/chrony.ts';
import { clock } from '../../src/facts/clock.ts';
import { contentThere } from '../../src/facts/content.ts';
import { dataDisk } from '../../src/facts/data-disk.ts';
import { clockSkew } from '../../src/facts/date.ts';
import { container } from '../../src/facts/detect-virt.ts';
import { freeDisk } from '../../src/facts/df.ts';
import { diskSpace } from '../../src/facts/disk-space.ts';
import { disks } from '../../src/facts/disks.ts';
import { dns } from '../../src/facts/dns.ts';
import { dnsNodes } from '../../src/facts/dns-nodes.ts';
import { written } from '../../src/facts/drill.ts';
import { etcdMember } from '../../src/facts/etcd.ts';
import { fileState } from '../../src/facts/file-state.ts';
import { firewall } from '../../src/facts/firewall.ts';
import { fsync } from '../../src/facts/fsync.ts';
import { heat } from '../../src/facts/heat.ts';
import { holdings } from '../../src/facts/holdings.ts';
import { hostSecrets } from '../../src/facts/host-secrets.ts';
import { hostname } from '../../src/facts/hostname.ts';
import { hostsFile } from '../../src/facts/hosts-file.ts';
import { nodeImages } from '../../src/facts/images.ts';
import { addresses, defaultRoute, vxlan } from '../../src/facts/ip.ts';
import { journalTail } from '../../src/facts/journal-tail.ts';
import { keptState } from '../../src/facts/kept-state.ts';
import { kernelNetwork } from '../../src/facts/kernel-network.ts';
import { apiState } from '../../src/facts/kube.ts';
import { kubeEvents } from '../../src/facts/kube-events.ts';
import { l4t } from '../../src/facts/l4t.ts';
import { leftovers } from '../../src/facts/leftovers.ts';
import { linkSpeed } from '../../src/facts/link-speed.ts';
import { links } from '../../src/facts/links.ts';
import { listeners } from '../../src/facts/listeners.ts';
import { machine } from '../../src/facts/machine.ts';
import { machineReport } from '../../src/facts/machine-report.ts';
import { kernelModules, modulesTried } from '../../src/facts/modprobe.ts';
import { neighbour } from '../../src/facts/neighbour.ts';
import { nodeList, nodeState } from '../../src/facts/node.ts';
import { nodePassword } from '../../src/facts/node-password.ts';
import { nvidiaCards } from '../../src/facts/nvidia-cards.ts';
import { objectState } from '../../src/facts/object-state.ts';
import { osRelease } from '../../src/facts/os-release.ts';
import { overlay } from '../../src/facts/overlay.ts';
import { ownFileState } from '../../src/facts/own-file-state.ts';
import { ownPlaces } from '../../src/facts/own-places.ts';
import { packageVersions } from '../../src/facts/package-versions.ts';
import { filesLike, linkTo, missingTools, pathState } from '../../src/facts/path.ts';
import { placed } from '../../src/facts/placed.ts';
import { podEnd, podState } from '../../src/facts/pod.ts';
import { podReport } from '../../src/facts/pod-report.ts';
import { podList } from '../../src/facts/pods.ts';
import { podsOn } from '../../src/facts/pods-on.ts';
import { powerMode, powerModes } from '../../src/facts/power-mode.ts';
import { reach } from '../../src/facts/reach.ts';
import { resolvConf } from '../../src/facts/resolv-conf.ts';
import { routes } from '../../src/facts/routes.ts';
import { ruleSets } from '../../src/facts/rule-sets.ts';
import { serverTls } from '../../src/facts/server-tls.ts';
import { sshHostKeys } from '../../src/facts/ssh-host-keys.ts';
import { policyBinding, refusedUsers } from '../../src/facts/stolen-nodes.ts';
import { rootWorks } from '../../src/facts/sudo.ts';
import { swap } from '../../src/facts/swap.ts';
import { sysctlFile, sysctls } from '../../src/facts/sysctl.ts';
import { system } from '../../src/facts/system.ts';
import { unitStart, unitState } from '../../src/facts/systemctl.ts';
import { tenants } from '../../src/facts/tenants.ts';
import { timekeeping } from '../../src/facts/timekeeping.ts';
import { architecture } from '../../src/facts/uname.ts';

/** Every question there is, one of a kind: the contract test wants cases for these and no others. */
export const facts: readonly (Question | PairProbe<unknown>)[] = [
  addresses,
  architecture,
  cgroups,
  dataDisk,
  disks,
  firewall,
  fsync,
  heat,
  kernelNetwork,
  l4t,
  links,
  listeners,
  neighbour('10.20.0.100'),
  osRelease,
  overlay,
  ownPlaces,
  powerMode,
  powerModes,
  reach({ own: '10.20.0.11', ports: ['6443/tcp'], others: [] }),
  routes,
  ruleSets,
  sshHostKeys,
  swap,
  system,
  tenants,
  timekeeping,
  aptSays(['keepalived'], ''),
  bundlesSeen,
  chrony,
  clockSkew,
  container,
  contentThere({
    folder: '/var/lib/edgectl/content',
    list: '/var/lib/edgectl/placed',
    stamp: '%s',
    wanted: ['a'],
  }),
  defaultRoute,
  diskSpace('/var/lib/edgectl/blobs'),
  fileState({ path: '/etc/edgectl', mode: '0644', content: ['text'] }),
  freeDisk,
  holdings({ paths: ['/a'], list: '/var/lib/edgectl/placed', stamp: '%s' }),
  hostname,
  hostsFile,
  keptState('crossing-17'),
  kernelModules('overlay'),
  modulesTried('br_netfilter'),
  linkSpeed,
  machine,
  resolvConf,
  rootWorks,
  sysctlFile('/etc/sysctl.d/90-edgectl.conf'),
  sysctls('net.ipv4.ip_forward'),
  unitStart('k3s.service'),
  unitState('k3s.service'),
  vxlan,
  apiState,
  hostSecrets,
  journalTail('k3s*', 100),
  kubeEvents,
  machineReport,
  nodePassword('cam-north'),
  podReport,
  policyBinding('/policies/a', 'edgectl-stolen-nodes'),
  refusedUsers('/policies/a'),
  certificates,
  clock,
  dns,
  dnsNodes,
  etcdMember,
  filesLike('/var/lib/rancher/k3s/agent/images/'),
  leftovers({
    units: ['k3s.service'],
    programs: '*/k3s/data/*/bin/*',
    mountsBelow: ['/run/k3s'],
    links: ['cni0'],
    pods: '10.42.0.0/16',
    firewalls: ['iptables'],
    ruleMarks: 'KUBE-',
    toolPath: 'PATH=$PATH',
    folders: ['/var/lib/rancher/k3s'],
    toolLinks: ['/usr/local/bin/kubectl'],
    paths: ['/etc/rancher/k3s'],
  }),
  linkTo('/var/log/edgectl-snapshots', '/var/lib/rancher/k3s/server/db/snapshots'),
  missingTools('kubectl'),
  nodeImages('/usr/local/bin/k3s', '/var/lib/edgectl/imported'),
  nodeList,
  nodeState('cam-north'),
  nvidiaCards,
  packageVersions('nvidia-container-toolkit'),
  allocatable('cam-north', 'nvidia.com/gpu'),
  objectState('/apis/apps/v1/namespaces/kube-system/daemonsets/one', {
    spec: { containers: [{ name: 'one', image: 'one:1' }] },
  }),
  podEnd('/api/v1/namespaces/kube-system/pods/probe'),
  ownFileState({ path: '/home/operator/kubeconfig', mode: '0600', content: ['text'] }, '# header'),
  pathState('/etc/edgectl'),
  placed({ path: '/usr/local/bin/k3s', sha256: 'aa', list: '/var/lib/edgectl/placed', stamp: '%s' }),
  podState('/api/v1/namespaces/kube-system/pods/probe'),
  podsOn('cam-north'),
  podList,
  written('/api/v1/namespaces/kube-system/configmaps/edgectl-drill'),
  serverTls({
    datastore: '/var/lib/rancher/k3s/server/db/etcd',
    serverCa: { path: '/var/lib/rancher/k3s/server/tls/server-ca.crt', sha256: 'aa' },
    certificates: [],
    keys: [],
  }),
];
