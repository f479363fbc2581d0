import type { CheckLine } from '../check-form.ts';

/** Checks of the network, of firewalls, and of who is on the machine already. */
export const NETWORK = {
  NODE_ADDRESS: {
    severity: 'error',
    means: 'The address in the cluster file is one of the machine, not one behind NAT.',
    hint: "write the machine's own address into the cluster file; nodes reach each other by it",
  },
  ADDRESS_DYNAMIC: {
    severity: 'warning',
    means: "The machine's address does not come from a lease.",
    hint: 'a node that comes back with another address is lost to the cluster: reserve the lease, or set the address on the machine',
  },
  MAC_UNIQUE: {
    severity: 'error',
    means: "No two hosts have the same hardware address on the cluster's link.",
    hint: 'a copied image or a carrier board without an address of its own: set one in the network configuration',
  },
  DEFAULT_ROUTE: {
    severity: 'warning',
    means: 'There is a default route.',
    hint: 'init adds one that leads nowhere, because k3s needs one',
  },
  RESOLV_CONF: {
    severity: 'warning',
    means: 'There is a name server that pods can reach.',
    hint: 'init gives k3s a resolv.conf of its own, so that it does not take public servers',
  },
  LINK_MTU: {
    severity: 'warning',
    means: 'The links of all hosts take packets of the same size, 1400 bytes or more.',
    hint: 'set one MTU on the links of all hosts: larger packets vanish where one link is narrower',
  },
  LINK_SPEED: {
    severity: 'warning',
    means: 'The link runs at 100 Mbit/s or more, in full duplex.',
    hint: 'look at the cable and the switch port; a Jetson does 1000 Mbit/s',
  },
  LINK_WIRELESS: {
    severity: 'warning',
    means: "The cluster's link is a cable.",
    hint: 'etcd and vxlan suffer from lost packets: use a cable, or keep this board a worker',
  },
  LINK_ERRORS: {
    severity: 'warning',
    means: 'Fewer than one packet in 10000 came in damaged.',
    hint: 'change the cable; look at the plug',
  },
  NETWORK_OVERLAP: {
    severity: 'error',
    means: "The pods' and services' networks overlap with no network that the host reaches.",
    hint: 'set k3s.server.cluster-cidr or k3s.server.service-cidr to a network that is free on this site',
  },
  VIP_SEGMENT: {
    severity: 'error',
    means: 'masters.vip lies in the network of every board that may be a master.',
    hint: 'take an address of the same segment as masters.vip, or make the board a worker',
  },
  VIP_FREE: {
    severity: 'error',
    means: 'Nobody else answers on masters.vip.',
    hint: 'take an address that nobody has, outside of what the DHCP server gives out',
  },
  PORT_BLOCKED: {
    severity: 'error',
    means: 'Every other host reaches the ports that it needs there, as dialling them from each shows.',
    hint: 'look for rules that drop or reject on both hosts (`sudo nft list ruleset`), and for a switch or access point that keeps its ports apart',
  },
  PATH_MTU: {
    severity: 'warning',
    means: 'Packets as large as the links take arrive from every other host, uncut.',
    hint: 'a switch, bridge or tunnel in between takes less: raise its MTU, or set a smaller one on the links of all hosts',
  },
  LINK_LOSS: {
    severity: 'warning',
    means: 'At most 2 of 20 packets from every other host, and back, are lost.',
    hint: 'look at the cables, the plugs and the switch between the two hosts; etcd suffers from lost packets',
  },
  PORTS: {
    severity: 'error',
    means: 'Nobody else listens on the ports that k3s needs.',
    hint: 'stop that program, or give it another port',
  },
  FIREWALL: {
    severity: 'warning',
    means: 'ufw or firewalld lets the other hosts and the pods in.',
    hint: 'init opens it to the other hosts and the pods',
  },
  INPUT_POLICY: {
    severity: 'warning',
    means: 'No plain rule set drops what comes in.',
    hint: 'let in 6443, 2379-2380 and 10250/tcp and 8472/udp from the other hosts, and all from the pods',
  },
  CLOUD_SETUP: {
    severity: 'warning',
    means: "nm-cloud-setup does not rewrite the machine's routes.",
    hint: 'run `sudo systemctl disable --now nm-cloud-setup.service nm-cloud-setup.timer`, then reboot',
  },
  FOREIGN_K3S: {
    severity: 'error',
    means: 'There is no k3s that edgectl did not place.',
    hint: 'remove it with its own k3s-uninstall.sh or k3s-agent-uninstall.sh, or `edgectl reset` with the cluster file that made it',
  },
  OTHER_KUBERNETES: {
    severity: 'error',
    means: 'There is no kubelet of another distribution, nor what it left.',
    hint: 'run `sudo kubeadm reset`, `k0s reset`, `rke2-uninstall.sh` or `snap remove --purge microk8s`, whichever it is, then reboot',
  },
  CONTAINER_RUNTIME: {
    severity: 'warning',
    means: 'No other container runtime is at work.',
    hint: 'docker beside k3s works but takes memory, disk and firewall rules twice: `sudo systemctl disable --now docker` if nobody needs it',
  },
  POD_NETWORK: {
    severity: 'warning',
    means: 'No other pod network is configured.',
    hint: 'k3s keeps its own configuration elsewhere, but old links and rules can catch packets: remove them, then reboot',
  },
} as const satisfies Readonly<Record<string, CheckLine>>;
