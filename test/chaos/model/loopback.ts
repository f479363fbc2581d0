import { hasQuorum } from './etcd.ts';
import type { Machine } from './machine.ts';
import type { Site } from './site.ts';

const metricsOf = (machine: Machine, site: Site): string => {
  const k3s = site.k3s.get(machine);
  const etcd = k3s?.state === 'up' && k3s.kind === 'server' ? k3s.etcd : undefined;
  const member = etcd?.members.find((one) => one.machine === machine);
  if (!etcd || !member) return '';
  const peers = etcd.members.filter((one) => one !== member);
  return [
    `etcd_server_has_leader ${hasQuorum(etcd, machine, site) ? 1 : 0}`,
    `etcd_server_is_learner ${member.voter ? 0 : 1}`,
    ...peers.map(
      (peer) => `etcd_network_known_peers{Local="a",Remote="${peer.name.replaceAll('-', '_')}"} 1`,
    ),
    '',
  ].join('\n');
};

/** What a machine's own loopback answers. */
export const loopbackOf = (machine: Machine, url: string, site: Site): string => {
  if (url.endsWith(':2381/metrics')) return metricsOf(machine, site);
  const k3s = site.k3s.get(machine);
  return k3s?.kind === 'server' && k3s.state === 'up' ? 'pong' : '';
};
