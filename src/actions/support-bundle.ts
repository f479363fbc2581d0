import { shownCluster } from '../domain/support/shown-cluster.ts';
import { nameIn } from '../domain/topology/names.ts';
import { askFacts } from '../engine/ask.ts';
import { hostSecrets } from '../facts/host-secrets.ts';
import { journalTail } from '../facts/journal-tail.ts';
import { kubeEvents } from '../facts/kube-events.ts';
import { machineReport } from '../facts/machine-report.ts';
import { type NodeState, nodeList } from '../facts/node.ts';
import { podReport } from '../facts/pod-report.ts';
import type { SupportFile } from '../ports/support-archive.ts';
import type { Playbook } from '../spec/playbook.ts';
import { asProblem, type Problem, problemData } from '../support/problem.ts';
import { scrubber } from '../support/scrub.ts';
import { check } from './check.ts';
import { keptDecisions, type Session, type Start, withSession } from './session.ts';
import { status } from './status.ts';

const LINES = 2000;

const hostFacts = {
  machine: machineReport,
  k3s: journalTail('k3s*', LINES),
  secrets: hostSecrets,
};

/** What a support bundle is made of beside the cluster. */
export interface SupportOptions {
  readonly playbook: Playbook;
  readonly kubeconfig: string;
  /** Versions and the like; words for people. */
  readonly about: Readonly<Record<string, string>>;
  /** The journals of runs on this machine, by the id of the run. */
  readonly journals: Readonly<Record<string, string>>;
  /** Secrets that this process was given, beside those that the control node keeps. */
  readonly secrets: readonly string[];
}

/** The files of a support bundle, and why it lacks what it lacks. */
export interface SupportBundle {
  readonly files: readonly SupportFile[];
  readonly missing: readonly Problem[];
}

const problemsIn = (error: unknown, host?: string): readonly Problem[] =>
  error instanceof AggregateError
    ? error.errors.flatMap((one) => problemsIn(one, host))
    : [asProblem(error, host)];

/** Nodes without what others wrote on them. */
const shownNodes = (nodes: readonly NodeState[] | 'absent' | undefined) =>
  Array.isArray(nodes)
    ? nodes.map(({ name, address, ready, since, version, unschedulable, taints }: NodeState) => ({
        ...{ name, address, ready, since, version, unschedulable },
        taints: taints.map(({ key, effect }) => `${key}:${effect}`),
      }))
    : undefined;

/** What hosts and the API tell, and the secrets that may stand in it. */
const look = async (session: Session, missing: Problem[]) => {
  const { world, run, cluster, vault, kept, silent } = session;
  missing.push(...silent.values());
  const nameOf = nameIn(keptDecisions(kept));
  const hosts = await Promise.all(
    session.hosts.map(async (host) => {
      if (host.duty === 'operator') return [];
      try {
        return [{ name: nameOf(host), ...(await askFacts(world, host, run, hostFacts)) }];
      } catch (error) {
        missing.push(...problemsIn(error, nameOf(host)));
        return [];
      }
    }),
  );
  const api = { nodes: nodeList, pods: podReport, events: kubeEvents };
  return {
    hosts: hosts.flat(),
    api: await askFacts(world, cluster.control, run, api),
    secrets: [...vault.secrets.values()],
  };
};

/**
 * What somebody who helps needs to see, without a secret: all text goes through a scrubber that knows every secret of this
 * cluster. What cannot be had is named, for a cluster that needs help is seldom whole. Leaves no trace on any host.
 */
export const supportBundle = async (start: Start, options: SupportOptions): Promise<SupportBundle> => {
  const { cluster, run } = start;
  const { playbook, kubeconfig, about, journals } = options;
  const missing: Problem[] = [];
  const or = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      missing.push(...problemsIn(error));
      return undefined;
    }
  };
  const seen = await or(() => withSession(start, (session) => look(session, missing)));
  // They say the same of silent hosts once more.
  const quiet: Start = { ...start, tell: () => {} };
  const reached = seen !== undefined;
  const checks = reached ? await or(() => check(quiet, playbook)) : undefined;
  const stands = reached ? await or(() => status(quiet, { playbook, kubeconfig })) : undefined;

  const secrets = [...options.secrets, ...(seen?.secrets ?? [])];
  const scrub = scrubber([...secrets, ...(seen?.hosts ?? []).flatMap((host) => host.secrets)]);
  const folder = `edgectl-support-${cluster.name}-${run}`;
  const file = (path: string, text: string): SupportFile => ({
    path: `${folder}/${path}`,
    content: scrub(text),
  });
  const json = (path: string, value: unknown): readonly SupportFile[] =>
    value === undefined || value === 'absent' ? [] : [file(path, `${JSON.stringify(value, null, 2)}\n`)];
  const words = (path: string, text: string | 'absent'): readonly SupportFile[] =>
    text === 'absent' ? [] : [file(path, text)];
  return {
    files: [
      ...json('about.json', { ...about, missing: missing.map(problemData) }),
      ...json('cluster.json', shownCluster(cluster)),
      ...json('status.json', stands),
      ...json('checks.json', checks?.checks),
      ...json('kube/nodes.json', shownNodes(seen?.api.nodes)),
      ...json('kube/pods.json', seen?.api.pods),
      ...json('kube/events.json', seen?.api.events),
      ...(seen?.hosts ?? []).flatMap(({ name, machine, k3s }) => [
        ...words(`hosts/${name}/machine.txt`, machine),
        ...words(`hosts/${name}/k3s.log`, k3s),
      ]),
      ...Object.entries(journals).map(([id, text]) => file(`runs/${id}.ndjson`, text)),
    ],
    missing,
  };
};
