import type { Cluster, Host } from '../spec/cluster.ts';
import { asProblem, Problem, problemData } from '../support/problem.ts';
import { askFacts } from './ask.ts';
import { type Change, secretsOfRun, together } from './change.ts';
import type { Tell } from './event.ts';
import type { Answers, Facts } from './fact.ts';
import { Gathering } from './gathering.ts';
import { type Outcomes, pendingOf } from './outcome.ts';
import type { At, Phase } from './phase.ts';
import { type Plan, promise, promises } from './plan.ts';
import type { PhaseStep } from './planner.ts';
import { Turns } from './turns.ts';
import { waitFor } from './wait.ts';
import type { World } from './world.ts';

/** One run of an announced plan. `hosts` are the machines that answered. */
export interface Job<K extends { readonly outcomes: Outcomes }> {
  readonly cluster: Cluster;
  readonly steps: readonly PhaseStep<K>[];
  readonly known: K;
  readonly hosts: readonly Host[];
  readonly announced: Plan;
  readonly run: string;
  readonly nameOf: (host: Host) => string;
  readonly onFailure: 'stop' | 'continue';
  /** Stops the run after the changes that are running. */
  readonly stop: AbortSignal;
}

/** What a run did: changes by host key, the problems of the hosts that failed, and what is known by now. */
export interface Done<K> {
  readonly changes: ReadonlyMap<string, number>;
  readonly failed: ReadonlyMap<string, Problem>;
  readonly known: K;
}

/** Whether a secret or an outcome is one of a mint's. */
const isOf = (name: string, mint: string): boolean => name === mint || name.startsWith(`${mint}.`);

/** The state of one run, shared by the hosts that walk it. */
class Walk<K extends { readonly outcomes: Outcomes }> {
  readonly #job: Job<K>;
  readonly #world: World;
  readonly #tell: Tell;
  readonly #turns: Turns;
  readonly #gathering: Gathering;
  readonly #promised: ReadonlySet<string>;
  /** What this run is to mint. */
  readonly #mints: readonly string[];
  readonly #called = new AbortController();
  readonly changes = new Map<string, number>();
  readonly failed = new Map<string, Problem>();
  known: K;

  constructor(job: Job<K>, world: World, tell: Tell) {
    this.#job = job;
    this.#world = world;
    this.#tell = tell;
    this.known = job.known;
    this.#promised = promises(job.announced);
    this.#mints = job.announced.flatMap(({ hosts }) =>
      hosts.flatMap(({ changes }) => changes.flatMap(({ run }) => ('mint' in run ? [run.mint.name] : []))),
    );
    this.#turns = new Turns(job.hosts.map(({ key }) => key));
    this.#gathering = new Gathering(job.announced, this.#turns, world);
    const stop = () => this.#callOff();
    if (job.stop.aborted) stop();
    else job.stop.addEventListener('abort', stop, { once: true });
  }

  #callOff(): void {
    this.#called.abort();
    this.#turns.moved();
  }

  #goOn(host: string): void {
    if (this.#called.signal.aborted)
      throw new Problem('CANCELLED', 'stopped before the next change', {
        host,
        hint: 'run the same command again to go on',
      });
  }

  /** One host walks the whole playbook; whatever ends it is kept in `failed`. */
  async host(host: Host): Promise<void> {
    const { key } = host;
    const name = this.#job.nameOf(host);
    try {
      for (const [index, step] of this.#job.steps.entries()) {
        this.#turns.moved(key, { step: index });
        await this.#step(host, index, step);
      }
      this.#turns.moved(key, { state: 'done' });
    } catch (error) {
      const problem = asProblem(error, name);
      this.failed.set(key, problem);
      this.#tell({ type: 'host-failed', host: name, problem: problemData(problem) });
      this.#turns.moved(key, { state: 'failed' });
      if (this.#job.onFailure === 'stop') this.#callOff();
    }
  }

  #announced(phase: string, key: string): boolean {
    return this.#job.announced.some(
      (one) => one.phase === phase && one.hosts.some((host) => host.key === key),
    );
  }

  async #step(host: Host, index: number, { phase, barrier }: PhaseStep<K>): Promise<void> {
    const members = phase.hosts(this.#job.cluster, this.known);
    if (barrier) await this.#turns.until(() => this.#called.signal.aborted || this.#turns.allAt(index));
    if (!members.some(({ key }) => key === host.key)) return;
    const behind = phase.behind?.(this.#job.cluster, this.known) ?? { hosts: [] };
    const before = behind.hosts.map(({ key }) => key);
    const { least = before.length } = behind;
    await this.#turns.until(() => this.#called.signal.aborted || this.#turns.someAt(index, before, least));
    await this.#lane(host, index, phase, members);
    const name = this.#job.nameOf(host);
    this.#goOn(name);
    // A change that was not announced would be refused, so a phase that announced none is not asked again here:
    // the check after the run asks everything once more.
    const changing = this.#announced(phase.id, host.key);
    if (!changing && !barrier && !phase.lane) return;
    const facts = await this.#facts(host, phase);
    const at = { cluster: this.#job.cluster, host, known: this.known, facts } as At<K> & {
      facts: Answers<Facts>;
    };
    this.#tell({ type: 'phase-started', phase: phase.id, title: phase.title, host: name });
    const changes = [...phase.plan(at)];
    await this.#changes(host, index, phase, changes);
    const needed = phase.needs?.(this.#job.cluster, this.known) ?? [];
    const lost = () => needed.every(({ key }) => (this.#turns.of(key)?.state ?? 'failed') === 'failed');
    const hopeless = () => (needed.length > 0 && lost() ? needed.map(this.#job.nameOf).join(' and ') : '');
    const waitAt = { host, name, phase: phase.id, stop: this.#called.signal, hopeless };
    for (const condition of phase.until?.({ ...at, known: this.known }) ?? [])
      await waitFor(condition, waitAt, this.#world, this.#tell);
    this.#tell({ type: 'phase-done', phase: phase.id, host: name, changes: changes.length });
  }

  async #lane(host: Host, index: number, phase: Phase<Facts, K>, members: readonly Host[]): Promise<void> {
    const lane = phase.lane?.(host);
    if (lane === undefined) return;
    const mates = members.filter((mate) => phase.lane?.(mate) === lane);
    const before = mates.slice(
      0,
      mates.findIndex(({ key }) => key === host.key),
    );
    await this.#turns.until(
      () => this.#called.signal.aborted || before.every(({ key }) => this.#turns.past(key, index)),
    );
    const failed = before.find(({ key }) => this.#turns.of(key)?.state === 'failed');
    if (failed)
      throw new Problem('LANE_BLOCKED', `not started, because ${this.#job.nameOf(failed)} failed`, {
        host: this.#job.nameOf(host),
      });
  }

  /** The secrets of a host's announced changes: they leave no trace in the questions. */
  #secretsOf(phase: string, key: string): readonly string[] {
    const names = this.#job.announced
      .filter((one) => one.phase === phase)
      .flatMap(({ hosts }) => hosts.filter((host) => host.key === key))
      .flatMap(({ changes }) => changes.flatMap(({ run }) => secretsOfRun(run)));
    return [...new Set(names)];
  }

  /** Which secrets this run has still to mint. */
  #unminted(secrets: readonly string[]): readonly string[] {
    const made = Object.keys(this.known.outcomes);
    const missing = this.#mints.filter((mint) => !made.some((name) => isOf(name, mint)));
    return secrets.filter((name) => missing.some((mint) => isOf(name, mint)));
  }

  /** Asks the phase's questions, once the outcomes that they hold, and the secrets that its changes need, exist. */
  async #facts(host: Host, phase: Phase<Facts, K>): Promise<Answers<Facts>> {
    const wanted = () => phase.facts(this.#job.cluster, host, this.known);
    const secrets = this.#secretsOf(phase.id, host.key);
    await this.#turns.until(() => {
      const missing = [...pendingOf(wanted()), ...this.#unminted(secrets)];
      if (missing.length === 0 || this.#called.signal.aborted) return true;
      const minters = this.#minters(missing);
      if (minters.some((key) => this.#turns.of(key)?.state === 'walking')) return false;
      throw new Problem('OUTCOME_MISSING', `${missing.join(', ')} was not made`, {
        host: this.#job.nameOf(host),
      });
    });
    this.#goOn(this.#job.nameOf(host));
    return askFacts(this.#world, host, this.#job.run, wanted());
  }

  #minters(names: readonly string[]): readonly string[] {
    const makes = ({ run }: Change) => 'mint' in run && names.some((name) => isOf(name, run.mint.name));
    return this.#job.announced.flatMap(({ hosts }) =>
      hosts.filter(({ changes }) => changes.some(makes)).map(({ key }) => key),
    );
  }

  async #changes(
    host: Host,
    index: number,
    phase: Phase<Facts, K>,
    changes: readonly Change[],
  ): Promise<void> {
    const done: Change[] = [];
    for (const group of together(changes)) {
      this.#goOn(this.#job.nameOf(host));
      const ended = await Promise.allSettled(
        group.map(async (change) => {
          await this.#change(host, index, phase, change, changes);
          done.push(change);
        }),
      );
      const failed = ended.find((one) => one.status === 'rejected');
      if (!failed) continue;
      const problem = asProblem(failed.reason, this.#job.nameOf(host));
      await this.#undo(host, phase.id, done.reverse(), problem);
      throw problem;
    }
  }

  async #change(
    host: Host,
    index: number,
    phase: Phase<Facts, K>,
    change: Change,
    all: readonly Change[],
  ): Promise<void> {
    const name = this.#job.nameOf(host);
    const place = { phase: phase.id, host: name, says: change.says };
    if (!this.#promised.has(promise(host.key, change.says)))
      throw new Problem('PLAN_CHANGED', `"${change.says}" was not announced`, {
        host: name,
        hint: 'something changed since the plan was made: run again',
      });
    if (pendingOf(change.run).length > 0) throw new Problem('OUTCOME_MISSING', change.says, { host: name });
    const started = this.#world.now();
    this.#tell({ type: 'change-started', ...place });
    try {
      await this.#run(host, index, phase.id, change, all);
    } catch (error) {
      const problem = asProblem(error, name);
      this.#tell({ type: 'change-failed', ...place, problem: problemData(problem) });
      throw problem;
    }
    this.changes.set(host.key, (this.changes.get(host.key) ?? 0) + 1);
    this.#tell({ type: 'change-done', ...place, ms: this.#world.now() - started });
  }

  async #run(
    host: Host,
    index: number,
    phase: string,
    change: Change,
    all: readonly Change[],
  ): Promise<void> {
    if ('blobs' in change.run) {
      const place = { phase, host: this.#job.nameOf(host), says: change.says };
      await this.#gathering.bring(phase, index, host, all, change, (done, total) =>
        this.#tell({ type: 'progress', ...place, done, total }),
      );
      return;
    }
    const made = await this.#world.run(host, change.run);
    if (Object.keys(made).length === 0) return;
    this.known = { ...this.known, outcomes: { ...this.known.outcomes, ...made } };
    this.#turns.moved();
  }

  /** Takes back what this phase did on this host. A host that is gone is left as it is: the next run plans from facts. */
  async #undo(host: Host, phase: string, done: readonly Change[], why: Problem): Promise<void> {
    if (why.code === 'HOST_DISCONNECTED' || why.code === 'CANCELLED') return;
    for (const { says, undo } of done) {
      if (!undo) continue;
      await this.#world.run(host, { command: undo });
      this.#tell({ type: 'change-undone', phase, host: this.#job.nameOf(host), says });
    }
  }
}

/** Carries out an announced plan: each host walks the playbook by itself and waits only where the grammar says so. */
export const execute = async <K extends { readonly outcomes: Outcomes }>(
  job: Job<K>,
  world: World,
  tell: Tell,
): Promise<Done<K>> => {
  const walk = new Walk(job, world, tell);
  await Promise.all(job.hosts.map((host) => walk.host(host)));
  return { changes: walk.changes, failed: walk.failed, known: walk.known };
};
