import { readStatus, type Status } from '../domain/status/status.ts';
import { serversOf } from '../domain/topology/roles.ts';
import { askFacts } from '../engine/ask.ts';
import { planWords } from '../engine/plan.ts';
import { certificates } from '../facts/certificates.ts';
import { etcdMember } from '../facts/etcd.ts';
import { nodeList } from '../facts/node.ts';
import { type Host, nodes } from '../spec/cluster.ts';
import type { Playbook } from '../spec/playbook.ts';
import { Problem } from '../support/problem.ts';
import { resolve } from './playbook.ts';
import { type Prepared, prepare } from './prepare.ts';
import { type Session, type Start, withSession } from './session.ts';

/** What each changing phase would do on each host: the drift from the cluster file. */
const pendingOf = ({ plan }: Prepared) =>
  planWords(plan).flatMap(({ hosts }) => hosts.map(({ host, changes }) => ({ host, changes })));

const look = async (session: Session, prepared: Prepared) => {
  const { cluster, world, run } = session;
  const { known, at } = prepared;
  const servers = new Set(serversOf(cluster, known).map(({ key }) => key));
  const answering = nodes(cluster).filter(({ key }) => at.hosts.some((host) => host.key === key));
  const ask = async (host: Host) => {
    const facts = { certificates, ...(servers.has(host.key) ? { etcdMember } : {}) };
    return [host.key, await askFacts(world, host, run, facts)] as const;
  };
  const [{ found }, ...answers] = await Promise.all([
    askFacts(world, cluster.control, run, { found: nodeList }),
    ...answering.map(ask),
  ]);
  return {
    nodes: found,
    etcd: Object.fromEntries(answers.map(([key, answer]) => [key, answer.etcdMember ?? ('absent' as const)])),
    certificates: Object.fromEntries(answers.map(([key, answer]) => [key, answer.certificates])),
  };
};

/** How the cluster stands. Leaves no trace. */
export const status = (
  start: Start,
  options: { readonly playbook: Playbook; readonly kubeconfig: string },
): Promise<Status> =>
  withSession(start, async (session) => {
    if (!session.kept.decisions)
      throw new Problem('CLUSTER_UNREACHABLE', `${session.cluster.name} has not been made yet`, {
        hint: '`edgectl init` makes it',
      });
    // How the decisions came about is not asked for here.
    const quiet: Session = { ...session, tell: () => {} };
    const prepared = await prepare(quiet, resolve(options.playbook), options.kubeconfig);
    const seen = await look(session, prepared);
    return readStatus({
      cluster: session.cluster,
      known: prepared.known,
      ...seen,
      pending: pendingOf(prepared),
      now: session.ports.clock.now(),
    });
  });
