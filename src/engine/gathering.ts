import type { Host } from '../spec/cluster.ts';
import type { Change } from './change.ts';
import type { Plan } from './plan.ts';
import type { Turns } from './turns.ts';
import type { Ended, Transfer, World } from './world.ts';

type Progress = (done: number, total: number) => void;

interface Meeting {
  readonly transfers: Transfer[];
  readonly arrived: Set<string>;
  /** Who listens to the progress of which transfer, by its id. */
  readonly listeners: Map<string, Progress>;
  /** The transfers that have ended, by their id, with the problem of those that failed. */
  readonly ended: Map<string, Error | undefined>;
  hasBegun: boolean;
}

const idOf = (host: Pick<Host, 'key'>, into: string): string => `${host.key} ${into}`;

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

  /**
   * Waits for the others of the phase, then for this host's content; all of it goes along at once. The hosts are served
   * in the phase's order.
   */
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
      ended: new Map(),
      hasBegun: false,
    };
    this.#meetings.set(phase, meeting);
    const id = idOf(host, change.run.blobs.into);
    meeting.listeners.set(id, progress);
    if (!meeting.arrived.has(host.key)) this.#arrive(meeting, host, all);
    const expected = this.#plan
      .filter((one) => one.phase === phase)
      .flatMap(({ hosts }) => hosts.filter(({ changes }) => changes.some(({ run }) => 'blobs' in run)))
      .map(({ key }) => key);
    await this.#turns.until(
      () =>
        meeting.hasBegun || expected.every((key) => meeting.arrived.has(key) || this.#turns.past(key, step)),
    );
    if (!meeting.hasBegun) this.#begin(meeting, expected);
    await this.#turns.until(() => meeting.ended.has(id));
    const problem = meeting.ended.get(id);
    if (problem) throw problem;
  }

  #begin(meeting: Meeting, order: readonly string[]): void {
    meeting.hasBegun = true;
    const transfers = [...meeting.transfers].sort(
      (a, b) => order.indexOf(a.host.key) - order.indexOf(b.host.key),
    );
    const ended: Ended = ({ host, into }, problem) => {
      meeting.ended.set(idOf(host, into), problem);
      this.#turns.moved();
    };
    this.#world.transfer(transfers, ended).catch((error: Error) => {
      for (const transfer of transfers) ended(transfer, error);
    });
    this.#turns.moved();
  }

  #arrive(meeting: Meeting, host: Host, all: readonly Change[]): void {
    meeting.arrived.add(host.key);
    for (const { run } of all) {
      if (!('blobs' in run)) continue;
      const { into } = run.blobs;
      const progress: Progress = (done, total) => meeting.listeners.get(idOf(host, into))?.(done, total);
      meeting.transfers.push({ ...run.blobs, host, progress });
    }
    this.#turns.moved();
  }
}
