import { asRoot, script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** Who else runs containers on the machine, or did. */
export interface Tenants {
  /** Services of container runtimes and of Kubernetes that are active, without `.service`. */
  readonly active: readonly string[];
  /** What other Kubernetes distributions, or a k3s that edgectl did not place, left behind: paths. */
  readonly paths: readonly string[];
  /** Configurations of pod networks, and links of such, those of our own k3s left out. */
  readonly networks: readonly string[];
  /** The unit of k3s is one that edgectl wrote. */
  readonly ours: boolean;
}

const UNITS = [
  'docker',
  'containerd',
  'crio',
  'kubelet',
  'k3s',
  'k3s-agent',
  'k0scontroller',
  'k0sworker',
  'rke2-server',
  'rke2-agent',
  'snap.microk8s.daemon-kubelite',
  'nm-cloud-setup',
];

const PATHS = [
  '/etc/kubernetes/manifests',
  '/etc/kubernetes/kubelet.conf',
  '/etc/rancher/rke2',
  '/var/lib/k0s',
  '/var/snap/microk8s',
  '/etc/systemd/system/k3s.service',
  '/etc/systemd/system/k3s-agent.service',
  '/usr/local/bin/k3s-uninstall.sh',
  '/usr/local/bin/k3s-agent-uninstall.sh',
  '/var/lib/rancher/k3s/server/db',
];

/** What k3s makes of flannel and its bridge. */
const OWN_LINK = /^(?:cni0|flannel\..+)$/;

const READ = `systemctl show --property=Id,ActiveState $units | sed -n 's/^Id=\\(.*\\)\\.service$/unit \\1/p; s/^ActiveState=active$/active/p'
for path; do
  case $path in
    */manifests) [ -n "$(ls -A "$path" 2>/dev/null)" ];;
    *) [ -e "$path" ];;
  esac && echo "path $path"
done
for path in /etc/cni/net.d/*.conf /etc/cni/net.d/*.conflist; do [ ! -e "$path" ] || echo "network $path"; done
for path in /sys/class/net/*; do
  case \${path##*/} in cni0|flannel.*|kube-bridge|cali*|weave|cilium_*|kube-ipvs0|antrea*|ovn*) echo "network \${path##*/}";; esac
done
grep -qs 'placed by edgectl' /etc/systemd/system/k3s.service /etc/systemd/system/k3s-agent.service && echo ours
echo end`;

/** Other container runtimes and clusters on the machine. */
export const tenants: Fact<Tenants | 'absent'> = {
  name: 'tenants',
  ask: asRoot(script(`units='${UNITS.map((unit) => `${unit}.service`).join(' ')}'\n${READ}`, ...PATHS)),
  parse: (output) => {
    if (!/^end$/m.test(output)) return 'absent';
    const all = (pattern: RegExp): readonly string[] =>
      [...output.matchAll(pattern)].map(([, word = '']) => word);
    const ours = /^ours$/m.test(output);
    return {
      active: [...new Set(all(/^unit (\S+)\nactive$/gm))].sort(),
      paths: all(/^path (\S+)$/gm),
      networks: all(/^network (\S+)$/gm).filter((name) => !(ours && OWN_LINK.test(name))),
      ours,
    };
  },
};
