import type { Installing } from '../decisions/check-bundle.ts';
import type { Known } from '../decisions/index.ts';
import { askFacts } from '../engine/ask.ts';
import type { Tell } from '../engine/event.ts';
import type { World } from '../engine/world.ts';
import { type KeptState, keptState } from '../facts/kept-state.ts';
import type { Source } from '../ports/source.ts';
import type { Cluster, Host } from '../spec/cluster.ts';
import type { Release } from '../spec/release.ts';
import { asProblem, type Problem, problemData } from '../support/problem.ts';
import { hostsWorld, newVault, type Ports, type Vault } from './world.ts';

/** What every verb on a cluster starts from. */
export interface Start {
  readonly cluster: Cluster;
  readonly ports: Ports;
  readonly source: Source;
  /** A bundle may be older than the one of before. */
  readonly allowDowngrade?: boolean;
  readonly run: string;
  readonly tell: Tell;
}

/** A verb at work: who answered, what was kept, and the world to act on. */
export interface Session extends Start {
  readonly world: World;
  readonly vault: Vault;
  readonly kept: KeptState;
  /** The machines that answered, in the order boards, control node, operator. */
  readonly hosts: readonly Host[];
  /** The problems of those that did not, by host key. */
  readonly silent: ReadonlyMap<string, Problem>;
}

const everyHost = ({ hosts, control, operator }: Cluster): readonly Host[] => [...hosts, control, operator];

const unreachable = (problem: Problem): boolean =>
  problem.code === 'HOST_UNREACHABLE' || problem.code === 'HOST_DISCONNECTED';

/**
 * Connects to every machine at once and reads what was kept. A board that is merely silent is a warning; a control
 * node that is silent, a wrong key, user or password stops here, all of them at once.
 */
const openSession = async (start: Start): Promise<Session> => {
  const { cluster, ports, tell } = start;
  const silent = new Map<string, Problem>();
  const fatal: Problem[] = [];
  await Promise.all(
    everyHost(cluster).map(async (host) => {
      const began = ports.clock.now();
      try {
        await ports.shells.open(host);
        if (host.duty !== 'operator')
          tell({ type: 'host-connected', host: host.key, ms: ports.clock.now() - began });
      } catch (error) {
        const problem = asProblem(error, host.key);
        if (unreachable(problem) && host.duty === 'board') silent.set(host.key, problem);
        else fatal.push(problem);
      }
    }),
  );
  if (fatal.length > 0) throw new AggregateError(fatal);
  for (const problem of silent.values()) tell({ type: 'warning', problem: problemData(problem) });

  const vault = newVault();
  const hosts = everyHost(cluster).filter(({ key }) => !silent.has(key));
  const world = hostsWorld(cluster, ports, vault, start.source, hosts);
  const { kept } = await askFacts(world, cluster.control, start.run, { kept: keptState(cluster.name) });
  for (const [name, value] of Object.entries(kept.secrets)) vault.secrets.set(name, value);
  vault.outcomes = kept.outcomes;
  vault.skew = kept.clock === 0 ? 0 : kept.clock - ports.clock.now();
  vault.masters = keptDecisions(kept).election?.masters ?? [];
  return {
    ...start,
    world,
    vault,
    kept,
    silent,
    hosts,
  };
};

/** What decisions.json holds: what was decided, and for which release. */
export type Kept = Partial<Omit<Known, 'outcomes' | 'kubeconfig'>> & { readonly version?: string };

/** The decisions that earlier runs kept; empty before the first. */
export const keptDecisions = (kept: KeptState): Kept => (kept.decisions ?? {}) as Kept;

/**
 * What the k3s source holds. What was kept for this version is used without asking, so a settled cluster needs no source; a
 * bundle that is there has been opened anyway, and says itself what it holds.
 */
export const releaseFor = async (
  { cluster, kept, source }: Session,
  { mark }: Installing,
): Promise<Release> => {
  const { release, version } = keptDecisions(kept);
  return release && !mark && version === cluster.k3s.version ? release : source.release();
};

/** Which bundle the cluster is to come from, once its signature counts; nothing where there is none, or it was carried away. */
export const bundleFor = async ({ source, allowDowngrade = false }: Session): Promise<Installing> => {
  const mark = await source.mark?.();
  if (!mark) return {};
  const contents = await source.contents?.();
  return { mark, allowDowngrade, ...(contents ? { contents } : {}) };
};

/** Runs work in a session and closes every connection, whatever happens. */
export const withSession = async <T>(start: Start, work: (session: Session) => Promise<T>): Promise<T> => {
  try {
    return await work(await openSession(start));
  } finally {
    start.ports.kube.close();
    await start.ports.shells.close();
  }
};
