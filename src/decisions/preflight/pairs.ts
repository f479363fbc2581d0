import { lets } from '../../domain/firewall/openings.ts';
import { type Dialled, type Reach, SIZES } from '../../facts/reach.ts';
import type { NETWORK } from '../../spec/checks/network.ts';
import { checkLine } from '../../spec/checks.ts';
import { nodes } from '../../spec/cluster.ts';
import type { Found } from './questions.ts';
import { bad, type Finding, fine, linkOf, type Place, type Rules, unknown } from './rule.ts';

/** Of 20 packets; one or two may meet a switch that just learns where they go. */
const MOST_LOST = 2;

/** One side of a call, by its host key, and what became of it. */
interface Call {
  readonly key: string;
  readonly made: Dialled;
}

const reachOf = ({ peers }: Place, key: string): Reach | undefined => {
  const found = peers[key]?.reach;
  return found === undefined || found === 'absent' ? undefined : found;
};

const isLost = ({ state }: Dialled): boolean => state === 'silent' || state === 'unreachable';

/** Nothing comes back to it, whomever it dials: so the fault is its own. */
const isDeaf = (place: Place, key: string): boolean => {
  const dialled = reachOf(place, key)?.dialled ?? [];
  return new Set(dialled.map(({ address }) => address)).size > 1 && dialled.every(isLost);
};

/** The calls of others to the host, by who called. */
const callsTo = (place: Place): readonly Call[] =>
  nodes(place.cluster).flatMap(({ key }) => {
    if (key === place.host.key || isDeaf(place, key)) return [];
    const dialled = reachOf(place, key)?.dialled ?? [];
    return dialled.flatMap((made) => (made.address === place.host.address ? [{ key, made }] : []));
  });

/** The host's calls to those that answered and are not looked at themselves, by whom it called. */
const callsElsewhere = (place: Place): readonly Call[] =>
  (reachOf(place, place.host.key)?.dialled ?? []).flatMap((made) => {
    const called = nodes(place.cluster).find(({ address }) => address === made.address);
    return called && !(called.key in place.all) && reachOf(place, called.key)
      ? [{ key: called.key, made }]
      : [];
  });

/** What kept the caller out is in between: where nobody listened, being refused says nothing, and so does silence over UDP. */
const isBlocked = ({ state, port }: Dialled, listened: readonly string[] = []): boolean => {
  if (state === 'open' || state === 'unreachable') return state !== 'open';
  return listened.includes(port) || (state === 'silent' && port.endsWith('/tcp'));
};

/** ufw or firewalld on the host that was called keeps the caller out: that is said by FIREWALL, and `init` mends it. */
const isShutOut = ({ peers, cluster }: Place, from: string, to: string, { port }: Dialled): boolean => {
  const found = peers[to]?.firewall;
  const caller = nodes(cluster).find(({ key }) => key === from);
  if (!caller || found === undefined || found === 'absent' || found.name === 'none') return false;
  const [number = '', protocol] = port.split('/');
  const needed = { port: Number(number), protocol: protocol === 'udp' ? 'udp' : 'tcp' } as const;
  return !lets(found.openings, caller.address, needed);
};

/** `6443/tcp, 10250/tcp from box-a, box-b; 8472/udp from cam-north` */
const listed = (calls: readonly Call[], word: 'from' | 'of'): string => {
  const portsOf = new Map<string, string[]>();
  for (const { key, made } of calls) portsOf.set(key, [...(portsOf.get(key) ?? []), made.port]);
  const byPorts = new Map<string, string[]>();
  for (const [key, ports] of portsOf) {
    const named = ports.toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10)).join(', ');
    byPorts.set(named, [...(byPorts.get(named) ?? []), key]);
  }
  return [...byPorts].map(([ports, keys]) => `${ports} ${word} ${keys.join(', ')}`).join('; ');
};

const unasked = ({ cluster }: Place, what: string): Finding =>
  nodes(cluster).length === 1 ? fine('no other host') : unknown(what);

/** What the calls to the host tell of the way there, by who called. */
const pathsTo = (place: Place) =>
  callsTo(place).flatMap(({ key, made: { path } }) => (path ? [{ key, ...path }] : []));

/** Said where nothing was measured over UDP. */
const NO_PATH = 'its UDP port is taken, as in a running cluster, or shut, or nobody could ask';

/** Where plain rules drop what comes in, what to let in says more than where to look. */
const hintFor = ({ ruleSets }: Found): string | undefined =>
  ruleSets !== 'absent' && ruleSets.dropsInput ? checkLine('INPUT_POLICY').hint : undefined;

/** What the hosts found out about each other. */
export const pairs: Pick<Rules<keyof typeof NETWORK>, 'PORT_BLOCKED' | 'PATH_MTU' | 'LINK_LOSS'> = {
  PORT_BLOCKED: (found, place) => {
    const { key } = place.host;
    if (isDeaf(place, key)) return bad('gets no answer from any other host', hintFor(found));
    const [to, from] = [callsTo(place), callsElsewhere(place)];
    if (to.length + from.length === 0) return unasked(place, 'which of its ports the other hosts reach');
    const isKept = (from: string, called: string, made: Dialled) =>
      isBlocked(made, reachOf(place, called)?.listened) && !isShutOut(place, from, called, made);
    const shut = to.filter((call) => isKept(call.key, key, call.made));
    const kept = from.filter((call) => isKept(key, call.key, call.made));
    if (shut.length + kept.length === 0) {
      const count = (calls: readonly Call[]) => new Set(calls.map((call) => call.key)).size;
      return fine(`${count(to.filter(({ made }) => made.state === 'open'))} of ${count(to)} hosts reach it`);
    }
    const words = [
      ...(shut.length > 0 ? [`is not reached on ${listed(shut, 'from')}`] : []),
      ...(kept.length > 0 ? [`does not reach ${listed(kept, 'of')}`] : []),
    ];
    return bad(words.join('; '), hintFor(found));
  },

  PATH_MTU: (found, place) => {
    const own = linkOf(found, place.host)?.mtu;
    const paths = pathsTo(place);
    if (paths.length === 0) return unasked(place, NO_PATH);
    const lost = paths.flatMap(({ key, mtu, largest }) => {
      const fits = [mtu, ...SIZES].filter((size) => size <= Math.min(mtu, own ?? mtu));
      const size = Math.max(...fits);
      return largest < size ? [`of ${size} bytes from ${key} do not arrive, those of ${largest} do`] : [];
    });
    return lost.length === 0
      ? fine(`packets of ${Math.min(...paths.map(({ largest }) => largest))} bytes arrive uncut`)
      : bad(`packets ${lost.join('; ')}`);
  },

  LINK_LOSS: (_found, place) => {
    const paths = pathsTo(place);
    if (paths.length === 0) return unasked(place, NO_PATH);
    const lossy = paths.filter(({ sent, back }) => sent - back > MOST_LOST);
    const sum = (of: (path: (typeof paths)[number]) => number) =>
      paths.reduce((all, path) => all + of(path), 0);
    return lossy.length === 0
      ? fine(`${sum(({ back }) => back)} of ${sum(({ sent }) => sent)} packets came back`)
      : bad(
          lossy.map(({ key, sent, back }) => `${sent - back} of ${sent} packets from ${key} lost`).join('; '),
        );
  },
};
