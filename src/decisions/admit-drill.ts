import { nameIn } from '../domain/topology/names.ts';
import { type Seats, serversOf } from '../domain/topology/roles.ts';
import type { Decision } from '../engine/decision.ts';
import { etcdMember } from '../facts/etcd.ts';
import { nodes } from '../spec/cluster.ts';
import { Problem } from '../support/problem.ts';
import type { Names } from './name-nodes.ts';

/** How a drill goes. */
export interface Drill {
  /** The servers by their keys, in the order in which they are pulled. */
  readonly order: readonly string[];
  /** Those that were pulled already. */
  readonly pulled: readonly string[];
}

const refuse = (why: string, hint: string) => ({ problems: [new Problem('DRILL_REFUSED', why, { hint })] });

/**
 * Whether there is a cluster that one server can be taken from, and in which order: who leads etcd comes last, so that what is
 * wrong shows where a loss costs least.
 */
export const admitDrill: Decision<
  Drill,
  { readonly member: typeof etcdMember },
  Partial<Seats> & { readonly names?: Names }
> = {
  id: 'admit-drill',
  title: 'Admit the drill',
  gives: 'drill',
  facts: { member: etcdMember },
  questions: ({ cluster, host, known: { election } }) => {
    const isServer = election && serversOf(cluster, { election }).some(({ key }) => key === host.key);
    return isServer ? { member: etcdMember } : {};
  },

  decide({ cluster, factsByHost, known: { election, names = {} } }) {
    if (!election) return refuse(`${cluster.name} has not been made yet`, '`edgectl init` makes it');
    const { ha, vip } = cluster.masters;
    if (ha === 'none') return refuse('one server alone cannot be missed', 'a drill is for `ha: witness`');
    if (vip === undefined)
      return refuse(
        'there is no masters.vip to write through',
        'name one in the cluster file, then `edgectl init`',
      );
    const silent = nodes(cluster).filter(({ key }) => !(key in factsByHost));
    if (silent.length > 0)
      return refuse(
        `these do not answer: ${silent.map(nameIn({ names })).join(', ')}`,
        'a cluster that is not whole is not pulled at',
      );
    const leads = (key: string): boolean => {
      const member = factsByHost[key]?.member ?? 'absent';
      return member !== 'absent' && member.isLeader;
    };
    const servers = serversOf(cluster, { election }).map(({ key }) => key);
    return { order: servers.toSorted((a, b) => Number(leads(a)) - Number(leads(b))), pulled: [] };
  },
};
