import type { Known } from '../decisions/index.ts';
import {
  disturbed,
  failedIn,
  type Loss,
  lossWords,
  lostOf,
  type Window,
  withoutWrite,
} from '../domain/drill/figures.ts';
import { DRILL_OBJECT, drillWrite } from '../domain/drill/object.ts';
import { type Role, roleOf } from '../domain/topology/roles.ts';
import { askFacts } from '../engine/ask.ts';
import { type Done, execute } from '../engine/executor.ts';
import { withLocks } from '../engine/lock.ts';
import { written } from '../facts/drill.ts';
import { etcdMember } from '../facts/etcd.ts';
import { podList } from '../facts/pods.ts';
import { closeDrill } from '../phases/close-drill.ts';
import { openDrill } from '../phases/open-drill.ts';
import { pullNode } from '../phases/pull-node.ts';
import type { Host } from '../spec/cluster.ts';
import { asProblem, Problem, problemData } from '../support/problem.ts';
import type { ApplyOptions } from './apply.ts';
import { jobOf, toLock } from './carry-out.ts';
import { resolve } from './playbook.ts';
import { prepare } from './prepare.ts';
import { type Session, type Start, withSession } from './session.ts';
import { kubeAccess } from './world.ts';
import { type Writer, writeSteadily } from './write-steadily.ts';

/** What became of the cluster while one server was away, through the VIP. */
export interface Pulled extends Loss {
  readonly host: string;
  readonly role: Role;
  /** Whether it led etcd. */
  readonly led: boolean;
}

/** The JSON document of `edgectl drill`. `writes` were answered for; `writesLost` of them are not there, null when nobody says. */
export interface DrillResult {
  readonly run: string;
  readonly writes: number;
  readonly writesLost: number | null;
  readonly pulls: readonly Pulled[];
}

/** A drill's document, and what kept it from its end. */
export interface Drilled {
  readonly result: DrillResult;
  readonly problems: readonly Problem[];
}

const WITHIN_MS = 3_000;
/** For the writer to come into step, and for the last consequences of a pull to show. */
const SETTLE = 5;
/**
 * Between two pulls. TCP that got no answer for half a minute tries again only after up to 26 s more: until then the members of
 * etcd that are left have not heard of each other, and a second loss would find no majority.
 */
const REST = 30;

/** Writes into the drill's object from the control node, through the VIP, as anybody else would. */
const startWriter = ({ cluster, vault, ports }: Session): Writer => {
  const { vip: address } = cluster.masters;
  const access = kubeAccess(cluster, vault);
  if (!access || address === undefined)
    throw new Problem('CLUSTER_UNREACHABLE', 'the keys of the cluster are not on the control node');
  const at = { from: cluster.control, address, withinMs: WITHIN_MS };
  return writeSteadily(async (key) => {
    const status = await ports.kube.attempt(access, drillWrite(key), at);
    return status >= 200 && status < 300;
  }, ports.clock);
};

const unanswered = (what: string) => new Problem('CLUSTER_UNREACHABLE', `no master says ${what}`);

/** Pulls each server in turn while somebody writes, and says what became of it. Everything is as before afterwards. */
export const drill = (
  start: Start,
  options: Pick<ApplyOptions, 'playbook' | 'kubeconfig' | 'stop' | 'holder' | 'isGone' | 'confirm'>,
): Promise<Drilled> =>
  withSession(start, async (session) => {
    const { cluster, world, tell, run, ports } = session;
    const steps = resolve(options.playbook);
    const prepared = await prepare(session, steps, options.kubeconfig);
    if (!(await options.confirm(prepared)))
      throw new Problem('CANCELLED', 'not confirmed: nothing was changed');
    const { at } = prepared;
    const control = at.nameOf(cluster.control);
    const problems: Problem[] = [];
    const pulls: Pulled[] = [];
    const pulled: string[] = [];

    /** Carries out what was announced of one phase for one host. */
    const walk = async (id: string, host: Host, stop: AbortSignal): Promise<Done<Known>> => {
      const known: Known = {
        ...prepared.known,
        drill: { order: [], ...prepared.known.drill, pulled },
      };
      const job = jobOf(session, steps, prepared, { onFailure: 'stop', stop });
      const mine = steps.phases.filter(({ phase }) => phase.id === id);
      const done = await execute({ ...job, steps: mine, hosts: [host], known }, world, tell);
      problems.push(...done.failed.values());
      return done;
    };
    const pods = async () => {
      const found = await askFacts(world, cluster.control, run, { pods: podList });
      if (found.pods === 'absent') throw unanswered('which pods there are');
      return found.pods;
    };

    const pull = async (host: Host, { attempts }: Writer): Promise<void> => {
      const { member } = await askFacts(world, host, run, { member: etcdMember });
      const before = await pods();
      const from = ports.clock.now();
      const { changes } = await walk(pullNode.id, host, options.stop);
      if (!changes.has(host.key)) return;
      pulled.push(host.key);
      await ports.clock.sleep(SETTLE);
      const window: Window = { from, to: ports.clock.now() };
      const loss = {
        secondsWithoutWrite: withoutWrite(attempts, window),
        failedWrites: failedIn(attempts, window),
        podsDisturbed: disturbed(before, await pods()),
      };
      const led = member !== 'absent' && member.isLeader;
      pulls.push({ host: at.nameOf(host), role: roleOf(prepared.known, host), led, ...loss });
      const { podsDisturbed, ...figures } = loss;
      tell({
        type: 'measured',
        host: at.nameOf(host),
        says: lossWords(loss),
        figures: { ...figures, podsDisturbed: podsDisturbed.length },
      });
    };

    const pullAll = async (writer: Writer): Promise<void> => {
      await ports.clock.sleep(SETTLE);
      if (!writer.attempts.some(({ ok }) => ok))
        throw new Problem('DRILL_REFUSED', `nobody can write through ${cluster.masters.vip}`, {
          hint: 'see `edgectl status`, and `journalctl -u edgectl-vip` on the masters',
        });
      for (const host of pullNode.hosts(cluster, prepared.known)) {
        for (let rest = pulls.length > 0 ? REST : 0; rest > 0 && !options.stop.aborted; rest--)
          await ports.clock.sleep(1);
        await pull(host, writer);
        if (problems.length > 0) return;
      }
    };

    const work = async (): Promise<DrillResult> => {
      await walk(openDrill.id, cluster.control, options.stop);
      const counted = { writes: 0, writesLost: 0 as number | null };
      if (problems.length > 0) return { run, ...counted, pulls };
      const writer = startWriter(session);
      const failed = (error: unknown): void => {
        const problem = asProblem(error, control);
        problems.push(problem);
        tell({ type: 'host-failed', host: control, problem: problemData(problem) });
      };
      await pullAll(writer).catch(failed);
      await writer.stop();
      const { attempts } = writer;
      const { there } = await askFacts(world, cluster.control, run, { there: written(DRILL_OBJECT) });
      if (there === 'absent') failed(unanswered('what was written'));
      counted.writes = attempts.filter(({ ok }) => ok).length;
      counted.writesLost = there === 'absent' ? null : lostOf(attempts, there).length;
      // Whoever stopped the drill wants it gone, too.
      await walk(closeDrill.id, cluster.control, new AbortController().signal);
      return { run, ...counted, pulls };
    };
    const locks = { world, hosts: toLock({ cluster, hosts: at.hosts }, prepared), nameOf: at.nameOf, tell };
    return { result: await withLocks({ ...locks, ...options }, work), problems };
  });
