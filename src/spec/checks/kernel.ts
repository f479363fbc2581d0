import type { CheckLine } from '../check-form.ts';

/** Checks of what the kernel can do, tried rather than read from a list of modules. */
export const KERNEL = {
  OVERLAY: {
    severity: 'error',
    means: "Overlay mounts work on the file system of k3s's data.",
    hint: 'install a kernel with the overlay module, and use ext4 or xfs (with ftype=1) for /var/lib/rancher',
  },
  POD_LINKS: {
    severity: 'error',
    means: 'The kernel makes veth pairs and bridges.',
    hint: 'install a kernel with the modules veth and bridge (on Ubuntu: linux-modules-extra of its kernel)',
  },
  BR_NETFILTER: {
    severity: 'error',
    means: 'Bridged packets can be shown to iptables.',
    hint: 'install a kernel with the module br_netfilter; without it Services fail between pods of one node',
  },
  NETFILTER: {
    severity: 'error',
    means: 'iptables takes every match and target that kube-proxy and flannel use.',
    hint: 'install a kernel with these netfilter modules (on L4T: rebuild it with CONFIG_NETFILTER_XT_MATCH_*)',
  },
  NAT: {
    severity: 'error',
    means: 'iptables takes MASQUERADE and DNAT rules.',
    hint: 'install a kernel with the nat table, xt_MASQUERADE and xt_nat',
  },
  VXLAN: {
    severity: 'warning',
    means: 'The kernel makes vxlan links.',
    hint: 'a new cluster on one segment uses host-gw instead',
  },
  IPSET: {
    severity: 'warning',
    means: 'The kernel has ipset, which network policies need.',
    hint: 'network policies will not be enforced: set k3s.server.disable-network-policy, or install a kernel with ip_set',
  },
  DUMMY_LINK: {
    severity: 'error',
    means: 'Where a default route is missing, the kernel makes the dummy link that init gives it.',
    hint: 'give it a default route, be it to a gateway that does not exist: k3s needs one',
  },
  IPTABLES_MIX: {
    severity: 'warning',
    means: 'Only one backend of iptables holds rules.',
    hint: 'rules of legacy and nft iptables side by side break Services: choose one by `sudo update-alternatives --config iptables`, then reboot',
  },
  IPTABLES_VERSION: {
    severity: 'warning',
    means: 'iptables is none of the versions that lose or double rules.',
    hint: 'set k3s.server.prefer-bundled-bin and k3s.agent.prefer-bundled-bin: true, so that k3s uses its own',
  },
  CGROUP_VERSION: {
    severity: 'warning',
    means: 'The k3s release starts on this version of control groups by itself.',
    hint: 'init has the kubelet accept it (fail-cgroupv1=false), which a later release may take away: boot with systemd.unified_cgroup_hierarchy=1 where the image can',
  },
  CGROUP_CONTROLLERS: {
    severity: 'error',
    means: 'The controllers memory, cpu and pids are switched on.',
    hint: 'on a Raspberry Pi append cgroup_memory=1 cgroup_enable=memory to the line in /boot/firmware/cmdline.txt, then reboot',
  },
  SWAP: {
    severity: 'warning',
    means: 'Nothing is swapped out.',
    hint: 'k3s allows it on workers. On servers, whose etcd suffers, init switches off zram and the units that make a swap; any other has to leave /etc/fstab',
  },
} as const satisfies Readonly<Record<string, CheckLine>>;
