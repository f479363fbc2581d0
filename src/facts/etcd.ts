import type { Fact } from '../engine/fact.ts';
import type { Condition } from '../engine/phase.ts';

/** What a member of etcd says of itself: whether it knows a leader, is one, may vote, and how many members it knows. */
export interface EtcdMember {
  readonly hasLeader: boolean;
  readonly isLeader: boolean;
  readonly voter: boolean;
  readonly members: number;
}

const value = (metrics: string, name: string): string | undefined =>
  new RegExp(String.raw`^${name} (\S+)$`, 'm').exec(metrics)?.[1];

// A member that left stays in the list with the value 0, and a member may list itself.
const peers = (metrics: string): number => {
  const lines = metrics.matchAll(/^etcd_network_known_peers\{Local="(\w+)",Remote="(\w+)"\} 1$/gm);
  return new Set([...lines].filter(([, local, remote]) => local !== remote).map(([, , remote]) => remote))
    .size;
};

/** The member on this host, by the metrics that k3s's etcd serves on loopback. */
export const etcdMember: Fact<EtcdMember | 'absent'> = {
  name: 'etcd-member',
  ask: { http: 'http://127.0.0.1:2381/metrics' },
  parse: (output) => {
    const leader = value(output, 'etcd_server_has_leader');
    if (leader === undefined) return 'absent';
    return {
      hasLeader: leader === '1',
      isLeader: value(output, 'etcd_server_is_leader') === '1',
      voter: value(output, 'etcd_server_is_learner') === '0',
      members: peers(output) + 1,
    };
  },
};

// k3s promotes a learner on a tick of 15 s, and only when it has caught up; a first start takes minutes on a slow board.
const VOTES_WITHIN = 600;

/** The member on this host votes under a leader; with `members`, all of so many know of each other. */
export const etcdVotes = (says: string, members?: number): Condition => ({
  says,
  ask: etcdMember.ask,
  every: 0.2,
  within: VOTES_WITHIN,
  judge: (output) => {
    const member = etcdMember.parse(output);
    if (member === 'absent' || !member.hasLeader || !member.voter) return 'not yet';
    return members === undefined || member.members === members ? 'ok' : 'not yet';
  },
});
