import type { Paint } from './paint.ts';
import { table } from './table.ts';
import { indent } from './wording.ts';

/** What `status` says of a cluster. What no API or host answered is '' or null. */
export interface StatusDocument {
  readonly ready: boolean;
  readonly nodes: readonly {
    readonly name: string;
    readonly address: string;
    readonly role: 'master' | 'witness' | 'worker';
    readonly ready: boolean;
    readonly version: string;
    /** Days until the first of its certificates ends. */
    readonly certDaysLeft: number | null;
  }[];
  readonly etcd: readonly {
    readonly name: string;
    readonly voter: boolean;
    readonly healthy: boolean;
    readonly leader: boolean;
  }[];
  /** What differs from the cluster file, a sentence each. */
  readonly drift: readonly string[];
}

const memberState = ({ voter, healthy, leader }: StatusDocument['etcd'][number]): string =>
  [voter ? 'voter' : 'learner', ...(leader ? ['leader'] : []), healthy ? 'healthy' : 'not healthy'].join(
    ', ',
  );

/** The cluster at a glance: verdict, nodes, etcd members, drift. */
export const statusText = ({ ready, nodes, etcd, drift }: StatusDocument, colours: Paint): string => {
  const up = nodes.filter((node) => node.ready).length;
  const verdict = ready ? colours.good('ready') : colours.bad('not ready');
  const rows = nodes.map(({ name, role, address, ready: isReady, version, certDaysLeft }) => [
    name,
    role,
    address,
    isReady ? 'yes' : 'NO',
    version || '-',
    certDaysLeft === null ? '-' : `${certDaysLeft} days`,
  ]);
  return [
    `${verdict}: ${up} of ${nodes.length} nodes, ${etcd.filter(({ voter, healthy }) => voter && healthy).length} of ${etcd.length} etcd members vote`,
    '',
    table([['NODE', 'ROLE', 'ADDRESS', 'READY', 'VERSION', 'CERTIFICATES'], ...rows]),
    ...(etcd.length === 0
      ? []
      : ['', table([['ETCD', 'STATE'], ...etcd.map((member) => [member.name, memberState(member)])])]),
    '',
    drift.length === 0
      ? 'as the cluster file says'
      : `${colours.doubtful('not as the cluster file says:')}\n${indent(drift.join('\n'))}`,
  ].join('\n');
};
