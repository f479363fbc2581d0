import type { Thefts } from '../domain/topology/thefts.ts';
import type { Decision } from '../engine/decision.ts';
import { hostname } from '../facts/hostname.ts';
import { machine } from '../facts/machine.ts';
import { type Host, nodes } from '../spec/cluster.ts';
import { Problem } from '../support/problem.ts';

/** Node name by host key. A host that has never answered and has no name in the file is left out. */
export type Names = Readonly<Record<string, string>>;

const facts = { hostname, machine };
const LABEL = '[a-z0-9]([a-z0-9-]*[a-z0-9])?';
const RFC_1123 = new RegExp(String.raw`^${LABEL}(\.${LABEL})*$`);

// 63, because Kubernetes puts the name into a label too.
const isNodeName = (name: string): boolean =>
  RFC_1123.test(name) && name.length <= 63 && name.split('.')[0] !== 'localhost';

const invalid = ({ key }: Host, name: string): Problem =>
  new Problem('PREFLIGHT_REFUSED', `${key} calls itself "${name}", which cannot be the name of a node`, {
    host: key,
    hint: `give ${key} a name: in the cluster file; edgectl sets it as the hostname`,
  });

const list = (hosts: readonly Host[]): string => hosts.map(({ address }) => address).join(' and ');

const duplicateName = (hosts: readonly Host[], name: string): Problem =>
  new Problem('HOST_NAME_DUPLICATE', `${list(hosts)} are both called "${name}"`, {
    hint: 'give all but one of them another name: in the cluster file; edgectl sets it as the hostname',
  });

const duplicateId = (hosts: readonly Host[], id: string): Problem =>
  new Problem('MACHINE_ID_DUPLICATE', `${list(hosts)} have the same machine-id ${id}`, {
    hint:
      'one disk is a copy of the other: run on all but one of them ' +
      '`sudo rm -f /etc/machine-id /var/lib/dbus/machine-id && sudo systemd-machine-id-setup && sudo reboot`',
  });

const stolenName = ({ key }: Host, name: string): Problem =>
  new Problem('PREFLIGHT_REFUSED', `${name} was stolen, and there is a certificate of that name out there`, {
    host: key,
    hint: `a board in its place wants another name: in the cluster file; the stolen one is taken out of it by \`edgectl host remove ${key} --stolen\``,
  });

/** The hosts that share a value with another one, by that value; what has no value shares none. */
const shared = (hosts: readonly Host[], keyOf: (host: Host) => string | undefined) => {
  const groups = new Map<string, Host[]>();
  for (const host of hosts) {
    const value = keyOf(host);
    if (value !== undefined) groups.set(value, [...(groups.get(value) ?? []), host]);
  }
  return [...groups].filter(([, group]) => group.length > 1);
};

/**
 * Names the nodes: the name in the cluster file, else the one that the node already has in the cluster (a new hostname
 * would make it a new node), else the machine's own hostname. No two hosts may share a name or a machine-id,
 * and none takes the name of one that was stolen.
 */
export const nameNodes: Decision<Names, typeof facts, Thefts> = {
  id: 'name-nodes',
  title: 'Name the nodes',
  gives: 'names',
  facts,

  decide({ cluster, factsByHost, known: { stolen = [] }, kept = {} }) {
    const hosts = nodes(cluster);
    const own = ({ key }: Host): string | undefined => {
      const answer = factsByHost[key]?.hostname ?? 'absent';
      return answer === 'absent' ? undefined : answer.current.toLowerCase();
    };
    const nameOf = (host: Host): string | undefined => host.name ?? kept[host.key] ?? own(host);
    const idOf = ({ key }: Host): string | undefined => {
      const answer = factsByHost[key]?.machine ?? 'absent';
      return answer === 'absent' ? undefined : answer.id;
    };

    const named = hosts.flatMap((host) => {
      const name = nameOf(host);
      return name === undefined ? [] : [{ host, name }];
    });
    const problems = [
      ...named.flatMap(({ host, name }) => (isNodeName(name) ? [] : [invalid(host, name)])),
      ...named.flatMap(({ host, name }) =>
        stolen.some((theft) => theft.name === name) ? [stolenName(host, name)] : [],
      ),
      ...shared(hosts, nameOf).map(([name, group]) => duplicateName(group, name)),
      ...shared(hosts, idOf).map(([id, group]) => duplicateId(group, id)),
    ];
    return problems.length > 0
      ? { problems }
      : Object.fromEntries(named.map(({ host, name }) => [host.key, name]));
  },

  explain: (names) =>
    Object.entries(names).flatMap(([key, name]) => (key === name ? [] : [`${key} is ${name}`])),
};
