import { readFileSync } from 'node:fs';
import { applyPlaybook } from '../../src/actions/apply.ts';
import type { Carried } from '../../src/actions/carry-out.ts';
import { clientCertificate, newAuthority } from '../../src/adapters/pki/certificates.ts';
import type { Happening } from '../../src/engine/event.ts';
import type { Holder } from '../../src/engine/lock.ts';
import type { Cluster } from '../../src/spec/cluster.ts';
import { type Playbook, readPlaybook } from '../../src/spec/playbook.ts';
import { isProblems, type Problem } from '../../src/support/problem.ts';
import type { Storm } from './faults.ts';
import type { Edgectl } from './model/edgectl.ts';
import { portsOf } from './model/ports.ts';
import type { Site } from './model/site.ts';
import { Stalled } from './model/timeline.ts';

const YEARS_MS = 30 * 31_536_000_000;
// A run that waits for one thing after another gives up on each; in the end all of that has an end.
const LONGEST_MS = 4 * 3_600_000;

// One for all walks: its end is read, its key is never used.
const authority = await newAuthority('the model');
const { cert } = await clientCertificate({ name: 'model', groups: [], ca: authority, validMs: YEARS_MS });

const playbookOf = (id: string): Playbook => {
  const text = readFileSync(new URL(`../../playbooks/${id}.yaml`, import.meta.url), 'utf8');
  const playbook = readPlaybook(text, `${id}.yaml`);
  if (isProblems(playbook)) throw new AggregateError(playbook.problems);
  return playbook;
};

/** The playbooks that the walks carry out; `host add` is `init` with a host more. */
export const PLAYBOOKS = {
  init: playbookOf('init'),
  reset: playbookOf('reset'),
  'host-remove': playbookOf('host-remove'),
} as const;

/** What is run: a playbook on the cluster file of then; `target` is the host that is removed, by its key. */
export interface Verb {
  readonly id: keyof typeof PLAYBOOKS;
  readonly cluster: Cluster;
  readonly target?: string;
}

/** What became of one run: nothing is known of one that was killed. */
export interface Ran {
  readonly ended: 'ok' | 'failed' | 'killed';
  readonly changes: number;
  /** Why it is not whole. */
  readonly problems: readonly string[];
  /** The journal that it wrote. */
  readonly journal: string;
  readonly said: readonly string[];
  /** The phases that some host has come through with something to do. */
  readonly phases: ReadonlySet<string>;
}

const wordOf = (error: unknown): readonly string[] => {
  if (error instanceof AggregateError) return error.errors.flatMap(wordOf);
  const { code, host, message, hint } = error as Partial<Problem> & Error;
  return [`${code ?? 'no problem'} ${host ?? ''}: ${message} (${hint ?? ''})`];
};

/** Runs edgectl once on a site, in a storm. `number` tells the runs of a walk apart, `gone` has those that have ended. */
export const runVerb = async (
  { id, cluster, target }: Verb,
  site: Site,
  storm: Storm,
  number: number,
  gone: Set<number>,
): Promise<Ran> => {
  const run = `run-${number}`;
  const edgectl: Edgectl = { site, weather: storm, run, isDead: false, said: new Set() };
  const lines: string[] = [];
  const phases = new Set<string>();
  const tell = (happening: Happening): void => {
    if (edgectl.isDead || happening.type === 'progress') return;
    if (happening.type === 'phase-done') phases.add(happening.phase);
    lines.push(`${JSON.stringify({ at: new Date(site.timeline.now).toISOString(), ...happening })}\n`);
  };
  const killed = new Promise<'killed'>((resolve) => {
    storm.kill = () => {
      edgectl.isDead = true;
      resolve('killed');
    };
  });
  const stop = new AbortController();
  storm.stop = () => stop.abort();
  const holder: Holder = {
    operator: 'operator@desk',
    machineId: 'desk',
    bootId: 'boot',
    pid: number,
    started: `${number}`,
    run,
    at: '',
  };
  tell({ type: 'run-started', run, verb: id, cluster: cluster.name, operator: '', version: '0' });
  const { ports, source } = portsOf(edgectl, cert);
  const work: Promise<Carried | 'killed'> = Promise.race([
    killed,
    applyPlaybook(
      { cluster, ports, source, run, tell },
      {
        playbook: PLAYBOOKS[id],
        ...(target === undefined ? {} : { target }),
        kubeconfig: '/home/operator/kubeconfig',
        onFailure: site.random.chance(0.5) ? 'stop' : 'continue',
        stop: stop.signal,
        holder,
        isGone: ({ pid }) => gone.has(pid),
        confirm: async () => true,
      },
    ),
  ]);
  let carried: Carried | 'killed' | undefined;
  let problems: readonly string[] = [];
  try {
    carried = await site.timeline.until(work, LONGEST_MS);
    if (carried !== 'killed') problems = carried.problems.flatMap(wordOf);
  } catch (error) {
    // A run may fail while faults strike, but it has to end.
    if (error instanceof Stalled) site.violations.push(`${run} (${id}) hung: ${error.message}`);
    problems = wordOf(error);
  }
  const ok = problems.length === 0;
  const changes = carried && carried !== 'killed' ? carried.result.changes : 0;
  tell({ type: 'run-finished', ok, changes, failed: problems.length, ms: 0 });
  edgectl.isDead = true;
  gone.add(number);
  const journal = lines.join('');
  const said = [...edgectl.said];
  if (carried === 'killed') {
    // The kill may have come in the middle of a line.
    const torn = journal.slice(0, journal.length - site.random.below(lines.at(-1)?.length ?? 1));
    return { ended: 'killed', changes: 0, problems: [], journal: torn, said, phases };
  }
  return { ended: ok ? 'ok' : 'failed', changes, problems, journal, said, phases };
};
