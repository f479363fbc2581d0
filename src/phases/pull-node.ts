import { cutOff } from '../commands/cut.ts';
import { SERVER_UNIT } from '../commands/k3s.ts';
import { VIP_UNIT } from '../commands/vip.ts';
import type { Known } from '../decisions/index.ts';
import { nameIn } from '../domain/topology/names.ts';
import { roleOf, serversOf } from '../domain/topology/roles.ts';
import { definePhase } from '../engine/phase.ts';
import { isBack } from '../facts/drill.ts';
import { etcdMember, etcdVotes } from '../facts/etcd.ts';
import { nodeList, nodeReady } from '../facts/node.ts';
import { addressAnswers } from '../facts/supervisor.ts';
import { unitRuns, unitState } from '../facts/systemctl.ts';
import { type Cluster, type Host, nodes } from '../spec/cluster.ts';
import { Problem } from '../support/problem.ts';

/** Longer than anything takes to move, shorter than Kubernetes waits before it calls a node lost and moves its pods. */
const SECONDS = 30;

/** k3s that lost its etcd for so long starts anew. */
const RUNS_WITHIN = 600;

/**
 * Cuts the servers off the network, one after another, each when the cluster is whole again: the host itself comes back after
 * a while. Only `drill` does this. A cluster that is not whole is left alone.
 */
export const pullNode = definePhase({
  id: 'pull-node',
  title: 'Pull a server',
  hosts: (cluster: Cluster, known: Known) => {
    const place = ({ key }: Host) => known.drill?.order.indexOf(key) ?? 0;
    return serversOf(cluster, known).toSorted((a, b) => place(a) - place(b));
  },
  facts: (_cluster: Cluster, _host: Host, _known: Known) => ({
    member: etcdMember,
    nodes: nodeList,
    vip: unitState(VIP_UNIT),
  }),

  *plan({ cluster, host, known, facts }) {
    if (known.drill?.pulled.includes(host.key)) return;
    const name = nameIn(known)(host);
    const isMaster = roleOf(known, host) === 'master';
    const refuse = (why: string) =>
      new Problem('DRILL_REFUSED', why, { host: name, hint: 'mend it with `edgectl init`, then drill' });
    const device = known.network.devices?.[host.key];
    if (device === undefined) throw refuse('nobody knows which device it has its address on');
    const { member } = facts;
    const count = serversOf(cluster, known).length;
    if (member === 'absent' || !member.hasLeader || !member.voter || member.members !== count)
      throw refuse(`its etcd is not one of ${count} members that vote`);
    const ready = new Set(
      facts.nodes === 'absent' ? [] : facts.nodes.flatMap((node) => (node.ready ? [node.name] : [])),
    );
    const missing = nodes(cluster)
      .map((node) => nameIn(known)(node))
      .filter((node) => !ready.has(node));
    if (missing.length > 0) throw refuse(`not Ready: ${missing.join(', ')}`);
    if (isMaster && facts.vip !== 'running') throw refuse(`${VIP_UNIT} does not run`);
    yield {
      says: `cut ${name} off the network for ${SECONDS} s`,
      run: {
        command: cutOff({
          device,
          seconds: SECONDS,
          ports: [...new Set([22, ...nodes(cluster).flatMap(({ ssh }) => ssh.port ?? [])])],
          // The writes of the drill start at the control node.
          spared: isMaster ? '' : (cluster.masters.vip ?? ''),
          unit: isMaster ? VIP_UNIT : '',
        }),
      },
    };
  },

  lane: () => 'drill',

  until: ({ cluster, host, known }) => {
    const name = nameIn(known)(host);
    const count = serversOf(cluster, known).length;
    const { vip } = cluster.masters;
    return [
      isBack(name, SECONDS),
      unitRuns(SERVER_UNIT, RUNS_WITHIN),
      etcdVotes(`the etcd member on ${name} votes, one of ${count}`, count),
      nodeReady(name),
      ...(vip === undefined ? [] : [addressAnswers(vip, `journalctl -u ${VIP_UNIT} -n 50 on the masters`)]),
    ];
  },
});
