import { addressOf } from '../../facts/ip.ts';
import type { NETWORK } from '../../spec/checks/network.ts';
import { type Block, contains, overlap, readCidr } from '../../spec/cidr.ts';
import { type Cluster, nodes } from '../../spec/cluster.ts';
import { guests } from './guests.ts';
import { pairs } from './pairs.ts';
import {
  bad,
  fine,
  keepsEtcd,
  linkOf,
  ofMachine,
  othersWith,
  type Place,
  type Rules,
  unknown,
} from './rule.ts';

const LEAST_MTU = 1400;
/** Mbit/s. */
const LEAST_SPEED = 100;
/** Damaged packets among those that came in. */
const MOST_DAMAGED = 1 / 10_000;
/** Packets below which a share says nothing. */
const ENOUGH_PACKETS = 10_000;

const NETWORKS = [
  { key: 'cluster-cidr', of: "pods'", usual: '10.42.0.0/16' },
  { key: 'service-cidr', of: "services'", usual: '10.43.0.0/16' },
] as const;

interface Named {
  readonly of: string;
  readonly text: string;
  readonly block: Block;
}

/** The IPv4 networks of the pods and of the services. */
const ownNetworks = ({ k3s }: Cluster): readonly Named[] =>
  NETWORKS.flatMap(({ key, of, usual }) =>
    String(k3s.server[key] ?? usual)
      .split(',')
      .flatMap((text) => {
        const block = readCidr(text.trim());
        return block ? [{ of, text: text.trim(), block }] : [];
      }),
  );

const whoHas = (mac: string, { all }: Place): string | undefined =>
  Object.entries(all).find(
    ([, { links }]) => links !== 'absent' && Object.values(links).some((link) => link.mac === mac),
  )?.[0];

const noLink = unknown("the link with the host's address");

/** How the machine is connected, and what else is on it. */
export const network: Rules<keyof typeof NETWORK> = {
  NODE_ADDRESS: ({ addresses }, { host: { address } }) => {
    if (addresses === 'absent') return bad('does not tell its addresses');
    return addressOf(addresses, address)
      ? fine(`has ${address}`)
      : bad(`has ${addresses.map((one) => one.address).join(', ')}, not ${address}`);
  },

  ADDRESS_DYNAMIC: (found, { host }) => {
    const link = linkOf(found, host);
    if (!link) return noLink;
    return link.dynamic
      ? bad(`${host.address} comes from a lease`)
      : fine(`${host.address} is set on the machine`);
  },

  MAC_UNIQUE: (found, place) => {
    const mac = linkOf(found, place.host)?.mac;
    if (mac === undefined) return noLink;
    const twins = othersWith(place, (other, key) => {
      const host = nodes(place.cluster).find((one) => one.key === key);
      return host !== undefined && linkOf(other, host)?.mac === mac;
    });
    return twins.length === 0
      ? fine(mac)
      : bad(`has the same hardware address as ${twins.join(', ')}: ${mac}`);
  },

  DEFAULT_ROUTE: ({ defaultRoute: route }) =>
    route === 'absent' ? bad('has no default route') : fine(`default route by ${route.device}`),

  RESOLV_CONF: ({ resolvConf: file }) =>
    file === 'absent' || file === 'loopback' ? bad('has no name server that pods can reach') : fine(file),

  LINK_MTU: (found, place) => {
    const mtu = linkOf(found, place.host)?.mtu;
    if (mtu === undefined || mtu === 0) return noLink;
    const narrower = othersWith(place, (other, key) => {
      const host = nodes(place.cluster).find((one) => one.key === key);
      const theirs = host && linkOf(other, host)?.mtu;
      return theirs !== undefined && theirs < mtu;
    });
    if (mtu < LEAST_MTU) return bad(`packets of ${mtu} bytes`);
    return narrower.length === 0
      ? fine(`packets of ${mtu} bytes`)
      : bad(`packets of ${mtu} bytes, more than ${narrower.join(', ')}`);
  },

  LINK_SPEED: ofMachine((found, { host }) => {
    const link = linkOf(found, host);
    if (link?.speed === undefined) return unknown('the speed of its link');
    const message = `${link.speed} Mbit/s${link.duplex ? `, ${link.duplex} duplex` : ''}`;
    return link.speed >= LEAST_SPEED && link.duplex !== 'half' ? fine(message) : bad(message);
  }),

  LINK_WIRELESS: (found, { host }) => {
    const link = linkOf(found, host);
    if (!link) return noLink;
    return link.wireless ? bad('is connected by radio') : fine('is connected by cable');
  },

  LINK_ERRORS: (found, { host }) => {
    const link = linkOf(found, host);
    if (!link) return noLink;
    const message = `${link.damaged} of ${link.packets} packets damaged`;
    return link.packets < ENOUGH_PACKETS || link.damaged / link.packets < MOST_DAMAGED
      ? fine(message)
      : bad(message);
  },

  NETWORK_OVERLAP: ({ routes, tenants }, { cluster }) => {
    if (routes === 'absent') return unknown('its routes');
    if (tenants !== 'absent' && tenants.ours) return fine('runs the cluster, and has its routes');
    const clashes = ownNetworks(cluster).flatMap(({ of, text, block }) =>
      routes.flatMap(({ to, device }) => {
        const reached = readCidr(to);
        return reached && overlap(block, reached)
          ? [`the ${of} network ${text} overlaps ${to} (${device})`]
          : [];
      }),
    );
    return clashes.length === 0
      ? fine("its routes leave the pods' and services' networks free")
      : bad(clashes.join('; '));
  },

  VIP_SEGMENT: ({ addresses }, { cluster: { masters }, host }) => {
    if (masters.vip === undefined) return fine('no masters.vip');
    if (host.duty === 'control' || !keepsEtcd(host)) return fine('will not have masters.vip');
    const own = addressOf(addresses, host.address);
    if (!own) return noLink;
    const size = 2 ** (32 - own.prefix);
    const first = Math.floor((readCidr(`${own.address}/32`)?.first ?? 0) / size) * size;
    return contains({ first, last: first + size - 1 }, masters.vip)
      ? fine(`${masters.vip} is in its network`)
      : bad(`${masters.vip} is not in the network of ${own.address}/${own.prefix}`);
  },

  VIP_FREE: ({ vip: answer }, place) => {
    const { vip } = place.cluster.masters;
    if (vip === undefined) return fine('no masters.vip');
    if (answer === 'absent')
      return unknown(`who has ${vip}: it is on no segment of this host, or there is no Perl to ask with`);
    if (answer === 'free') return fine(`nobody answers on ${vip}`);
    if (answer === 'own') return fine(`has ${vip} itself`);
    const owner = whoHas(answer, place);
    return owner === undefined ? bad(`${answer} answers on ${vip}`) : fine(`${owner} has ${vip}`);
  },

  ...pairs,
  ...guests,
};
