import * as firewalld from '../commands/firewall-cmd.ts';
import * as ufw from '../commands/ufw.ts';
import type { Known } from '../decisions/index.ts';
import { portName } from '../domain/firewall/needed-ports.ts';
import type { Needed } from '../domain/firewall/openings.ts';
import { shutTo } from '../domain/firewall/shut.ts';
import { nameIn } from '../domain/topology/names.ts';
import type { Change } from '../engine/change.ts';
import { definePhase } from '../engine/phase.ts';
import { firewall } from '../facts/firewall.ts';
import { type Cluster, nodes } from '../spec/cluster.ts';

const PROTOCOLS = ['tcp', 'udp'] as const;

/** An opening of ufw, and what it is called. */
const allowed = (who: string, entry: ufw.Entry): Change => ({
  says: `let ${who} in through ufw`,
  run: { command: ufw.allow(entry) },
  undo: ufw.forget(entry),
});

const throughUfw = (who: string, from: string, ports: readonly Needed[] | 'any'): readonly Change[] => {
  if (ports === 'any') return [allowed(who, { from })];
  return PROTOCOLS.flatMap((protocol) => {
    const some = ports.filter((needed) => needed.protocol === protocol);
    const named = some.map(portName).join(', ');
    return some.length > 0
      ? [allowed(`${who} (${named})`, { from, protocol, ports: some.map(({ port }) => port) })]
      : [];
  });
};

const trusted = (who: string, source: string): Change => ({
  says: `let ${who} in through firewalld`,
  run: { command: firewalld.trust(source) },
  undo: firewalld.distrust(source),
});

/**
 * Opens ufw or firewalld to the other hosts and to the pods, as far as they are shut out. ufw lets each host in to the ports
 * that it needs; firewalld takes hosts and pods into its zone `trusted`. Rules without such a front end are left alone: `check`
 * tells of them.
 */
export const openFirewall = definePhase({
  id: 'open-firewall',
  title: 'Open firewalls',
  hosts: (cluster: Cluster, _known: Known) => nodes(cluster),
  facts: () => ({ firewall }),

  *plan({ cluster, host, known, facts: { firewall: found } }) {
    if (found === 'absent' || found.name === 'none') return;
    const shut = shutTo(found.openings, cluster, known, host);
    for (const { host: other, ports } of shut.hosts) {
      const who = nameIn(known)(other);
      if (found.name === 'ufw') yield* throughUfw(who, other.address, ports);
      else yield trusted(who, other.address);
    }
    for (const network of shut.networks) {
      const who = `the pods (${network})`;
      yield found.name === 'ufw' ? allowed(who, { from: network }) : trusted(who, network);
    }
  },
});
