import type { Decision } from '../engine/decision.ts';
import type { Answers } from '../engine/fact.ts';
import { addresses, addressOf, vxlan } from '../facts/ip.ts';
import { type Host, nodes } from '../spec/cluster.ts';
import { isProblems, Problem, type Problems } from '../support/problem.ts';

/** How pods of different nodes reach each other: flannel's backend (`vxlan`, `host-gw`, or what the operator wrote), and why. */
interface Backend {
  readonly backend: string;
  readonly because?: string;
}

/** The backend, and by host key the network device with the host's address, which is not always the default route's. */
export interface Network extends Backend {
  readonly devices?: Readonly<Record<string, string>>;
}

const facts = { vxlan, addresses };
type Found = Answers<typeof facts>;

const MODULE = 'install a kernel with the vxlan module (on Ubuntu: linux-modules-extra of its kernel)';
const ANEW = 'make the cluster anew with it (`edgectl reset`, then `init`: hosts of one segment get host-gw)';
const LEAVE_OUT = 'leave it out of the cluster file';

const toNumber = (address: string): number =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

interface Answering {
  readonly host: Host;
  readonly found: Found;
}

/** The network that carries the cluster's traffic, `10.20.0.0/24` as a comparable word; undefined when it is not known. */
const segment = ({ host, found }: Answering): string | undefined => {
  const own = addressOf(found.addresses, host.address);
  if (!own) return undefined;
  const size = 2 ** (32 - own.prefix);
  return `${Math.floor(toNumber(own.address) / size)}/${own.prefix}`;
};

const refuse = (hosts: readonly Host[], why: string, hint: string) => ({
  problems: hosts.map(({ key }) => new Problem('PREFLIGHT_REFUSED', `${key} ${why}`, { host: key, hint })),
});

const lacking = (answering: readonly Answering[]): readonly Host[] =>
  answering.filter(({ found }) => found.vxlan === 'absent').map(({ host }) => host);

/** The operator's word, which no kernel can be made to follow that lacks vxlan. */
const take = (given: string, answering: readonly Answering[]): Backend | Problems => {
  const without = given === 'vxlan' ? lacking(answering) : [];
  return without.length > 0
    ? refuse(
        without,
        'lacks vxlan, which the cluster file asks for in k3s.server.flannel-backend',
        `${MODULE}, take host-gw for a new cluster, or ${LEAVE_OUT}`,
      )
    : { backend: given, because: 'the cluster file says so' };
};

const choose = (answering: readonly Answering[], kept: Backend | undefined): Backend | Problems => {
  const without = lacking(answering);
  if (kept?.backend === 'vxlan' && without.length > 0)
    return refuse(without, 'lacks vxlan, which this cluster runs on', `${MODULE}, ${ANEW}, or ${LEAVE_OUT}`);
  if (kept && kept.backend !== 'host-gw') return kept;
  if (!kept && without.length === 0) return { backend: 'vxlan' };

  const [first] = answering;
  const common = first && segment(first);
  const apart = answering
    .filter((one) => common === undefined || segment(one) !== common)
    .map(({ host }) => host);
  if (kept && apart.length > 0)
    return refuse(
      apart,
      'is not on the network segment that host-gw, the backend of this cluster, needs',
      LEAVE_OUT,
    );
  if (apart.length > 0)
    return refuse(
      without,
      'lacks vxlan, and host-gw cannot replace it because the hosts are not on one network segment',
      `${MODULE}, bring all hosts into one network, or ${LEAVE_OUT}`,
    );
  return kept ?? { backend: 'host-gw', because: `no vxlan on ${without.map(({ key }) => key).join(', ')}` };
};

/**
 * Chooses flannel's backend for the whole cluster, before the first master: vxlan, or host-gw where a kernel lacks it and
 * all hosts are on one segment. The operator's `k3s.server.flannel-backend` wins, then what was kept.
 */
export const chooseNetworkBackend: Decision<Network, typeof facts> = {
  id: 'choose-network-backend',
  title: 'Choose the network backend',
  gives: 'network',
  facts,

  decide({ cluster, factsByHost, kept }) {
    const hosts = nodes(cluster);
    const answering = hosts.flatMap((host) => {
      const found = factsByHost[host.key];
      return found ? [{ host, found }] : [];
    });
    const given = cluster.k3s.server['flannel-backend'];
    const chosen = given === undefined ? choose(answering, kept) : take(String(given), answering);
    if (isProblems(chosen)) return chosen;

    const { backend, because } = chosen;
    const now = new Map(
      answering.map(({ host, found }) => [host.key, addressOf(found.addresses, host.address)?.device]),
    );
    const devices = hosts.flatMap(({ key }) => {
      const device = now.get(key) ?? kept?.devices?.[key];
      return device === undefined ? [] : [[key, device] as const];
    });
    return { backend, ...(because === undefined ? {} : { because }), devices: Object.fromEntries(devices) };
  },

  explain: ({ backend, because }) => [because ? `${backend}: ${because}` : backend],
};
