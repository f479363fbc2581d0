import type { Host } from '../spec/cluster.ts';
import type { Change } from './change.ts';
import type { Plan } from './plan.ts';
import type { Turns } from './turns.ts';
import type { Transfer, World } from './world.ts';

type Progress = (done: number, total: number) => void;

interface Meeting {
  readonly transfers: Transfer[];
  readonly arrived: Set<string>;
  /** Who listens to the progress of which transfer: `<host key> <folder>`. */
  readonly listeners: Map<string, Progress>;
  failures?: Promise<ReadonlyMap<string, Error>>;
}

/** Gathers the content that one phase brings to all its hosts into one transfer. Lives as long as one run. */
export class Gathering {
  readonly #plan: Plan;
  readonly #turns: Turns;
  readonly #world: World;
  readonly #meetings = new Map<string, Meeting>();

  constructor(plan: Plan, turns: Turns, world: World) {
    this.#plan = plan;
    this.#turns = turns;
    this.#world = world;
  }

  /** Waits for the others of the phase, then for the transfer; all of a host's content of the phase goes along at once. */
  async bring(
    phase: string,
    step: number,
    host: Host,
    all: readonly Change[],
    change: Change,
    progress: Progress,
  ): Promise<void> {
    if (!('blobs' in change.run)) return;
    const meeting: Meeting = this.#meetings.get(phase) ?? {
      transfers: [],
      arrived: new Set(),
      listeners: new Map(),
    };
    this.#meetings.set(phase, meeting);
    meeting.listeners.set(`${host.key} ${change.run.blobs.into}`, progress);
    if (!meeting.arrived.has(host.key)) this.#arrive(meeting, host, all);
    const expected = this.#plan
      .filter((one) => one.phase === phase)
      .flatMap(({ hosts }) => hosts.filter(({ changes }) => changes.some(({ run }) => 'blobs' in run)));
    await this.#turns.until(
      () =>
        meeting.failures !== undefined ||
        expected.every(({ key }) => meeting.arrived.has(key) || this.#turns.past(key, step)),
    );
    meeting.failures ??= this.#world.transfer(meeting.transfers);
    this.#turns.moved();
    const failure = (await meeting.failures).get(host.key);
    if (failure) throw failure;
  }

  #arrive(meeting: Meeting, host: Host, all: readonly Change[]): void {
    meeting.arrived.add(host.key);
    for (const { run } of all) {
      if (!('blobs' in run)) continue;
      const { blobs, into } = run.blobs;
      const progress: Progress = (done, total) => meeting.listeners.get(`${host.key} ${into}`)?.(done, total);
      meeting.transfers.push({ host, into, blobs, progress });
    }
    this.#turns.moved();
  }
}
