import { disturbed, failedIn, lostOf, type Window, withoutWrite } from '../domain/drill/figures.ts';
import { type Role, roleOf, serversOf } from '../domain/topology/roles.ts';
import { askFacts } from '../engine/ask.ts';
import { execute } from '../engine/executor.ts';
import { withLocks } from '../engine/lock.ts';
import { written } from '../facts/drill.ts';
import { etcdMember } from '../facts/etcd.ts';
import { type Pod, podList } from '../facts/pods.ts';
import type { Host } from '../spec/cluster.ts';
import { Problem } from '../support/problem.ts';
import type { ApplyOptions } from './apply.ts';
import { jobOf, toLock } from './carry-out.ts';
import { resolve } from './playbook.ts';
import { prepare } from './prepare.ts';
import { type Session, type Start, withSession } from './session.ts';
import { kubeAccess } from './world.ts';
import { type Writer, writeSteadily } from './write-steadily.ts';

/** What became of the cluster while one server was away. Seconds are those without a write that succeeded, through the VIP. */
export interface Pulled {
  readonly host: string;
  readonly role: Role;
  /** Whether it led etcd. */
  readonly led: boolean;
  readonly secondsWithoutWrite: number;
  readonly failedWrites: number;
  readonly podsDisturbed: readonly string[];
}

/** The JSON document of `edgectl drill`. `writes` were answered for; `writesLost` of them are not there. */
export interface DrillResult {
  readonly run: string;
  readonly writes: number;
  readonly writesLost: number;
  readonly pulls: readonly Pulled[];
}

/** A drill's document, and what kept it from its end. */
export interface Drilled {
  readonly result: DrillResult;
  readonly problems: readonly Problem[];
}

const OBJECTS = '/api/v1/namespaces/kube-system/configmaps';
const OBJECT = `${OBJECTS}/edgectl-drill`;
const WITHIN_MS = 3_000;
/** For the writer to come into step, and for the last consequences of a pull to show. */
const SETTLE = 5;

/** The VIP, and what stands in the way of a drill. */
const vipOf = ({ cluster, kept, silent }: Session): string => {
  const refuse = (why: string, hint: string) => new Problem('DRILL_REFUSED', why, { hint });
  if (!kept.decisions) throw refuse(`${cluster.name} has not been made yet`, '`edgectl init` makes it');
  if (cluster.masters.ha === 'none')
    throw refuse('one server alone cannot be missed', 'a drill is for `ha: witness`');
  if (silent.size > 0)
    throw refuse(`silent: ${[...silent.keys()].join(', ')}`, 'a cluster that is not whole is not pulled at');
  if (cluster.masters.vip === undefined)
    throw refuse(
      'there is no masters.vip to write through',
      'name one in the cluster file, then `edgectl init`',
    );
  return cluster.masters.vip;
};

const startWriter = async (session: Session, vip: string): Promise<Writer> => {
  const { cluster, world, vault, ports } = session;
  const access = kubeAccess(cluster, vault);
  if (!access)
    throw new Problem('CLUSTER_UNREACHABLE', 'the keys of the cluster are not on the control node');
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'edgectl-drill' } };
  await world.run(cluster.control, { kube: { method: 'DELETE', path: OBJECT } });
  await world.run(cluster.control, { kube: { method: 'POST', path: OBJECTS, body } });
  const write = async (key: string): Promise<boolean> => {
    const patch = { method: 'PATCH', path: OBJECT, body: { data: { [key]: '' } } } as const;
    const at = { from: cluster.control, address: vip, withinMs: WITHIN_MS };
    const status = await ports.kube.attempt(access, patch, at);
    return status >= 200 && status < 300;
  };
  return writeSteadily(write, ports.clock);
};

const podsOf = async ({ world, cluster, run }: Session): Promise<readonly Pod[]> => {
  const { pods } = await askFacts(world, cluster.control, run, { pods: podList });
  return pods === 'absent' ? [] : pods;
};

/** Pulls each server in turn while somebody writes, and says what became of it. Everything is as before afterwards. */
export const drill = (
  start: Start,
  options: Pick<ApplyOptions, 'playbook' | 'kubeconfig' | 'stop' | 'holder' | 'isGone' | 'confirm'>,
): Promise<Drilled> =>
  withSession(start, async (session) => {
    const { cluster, world, tell, run, ports } = session;
    const vip = vipOf(session);
    const steps = resolve(options.playbook);
    const prepared = await prepare(session, steps, options.kubeconfig);
    if (!(await options.confirm(prepared)))
      throw new Problem('CANCELLED', 'not confirmed: nothing was changed');
    const { known, at } = prepared;
    const manner = { ...options, onFailure: 'stop' as const };
    const problems: Problem[] = [];

    const pull = async (host: Host, pulled: readonly string[], { attempts }: Writer): Promise<Pulled> => {
      const { member } = await askFacts(world, host, run, { member: etcdMember });
      const before = await podsOf(session);
      const from = ports.clock.now();
      const job = { ...jobOf(session, steps, prepared, manner), hosts: [host], known: { ...known, pulled } };
      const done = await execute(job, world, tell);
      problems.push(...done.failed.values());
      await ports.clock.sleep(SETTLE);
      const window: Window = { from, to: ports.clock.now() };
      return {
        host: at.nameOf(host),
        role: roleOf(known, host),
        led: member !== 'absent' && member.isLeader,
        secondsWithoutWrite: withoutWrite(attempts, window),
        failedWrites: failedIn(attempts, window),
        podsDisturbed: disturbed(before, await podsOf(session)),
      };
    };

    const work = async (): Promise<DrillResult> => {
      const writer = await startWriter(session, vip);
      const pulls: Pulled[] = [];
      const pulled: string[] = [];
      try {
        await ports.clock.sleep(SETTLE);
        for (const host of serversOf(cluster, known))
          if (problems.length === 0) {
            pulls.push(await pull(host, pulled, writer));
            pulled.push(host.key);
          }
      } finally {
        await writer.stop();
      }
      const { there } = await askFacts(world, cluster.control, run, { there: written(OBJECT) });
      await world.run(cluster.control, { kube: { method: 'DELETE', path: OBJECT } });
      const { attempts } = writer;
      return {
        run,
        writes: attempts.filter(({ ok }) => ok).length,
        writesLost: lostOf(attempts, there === 'absent' ? [] : there).length,
        pulls,
      };
    };
    const locks = { world, hosts: toLock({ cluster, hosts: at.hosts }, prepared), nameOf: at.nameOf, tell };
    return { result: await withLocks({ ...locks, ...manner }, work), problems };
  });
