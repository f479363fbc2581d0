import type { Host } from '../spec/cluster.ts';
import type { Delivery, Run } from './change.ts';
import type { Command } from './command.ts';
import type { Ask } from './fact.ts';
import type { Outcomes } from './outcome.ts';

/** Content that one host is to get. `fraction` is told the bytes that arrived and all there are. */
export interface Transfer extends Delivery {
  readonly host: Host;
  readonly progress: (done: number, total: number) => void;
}

/** Told of each transfer once, with the problem when the content is not there. */
export type Ended = (transfer: Transfer, problem?: Error) => void;

/** What one host does where hosts dial each other. */
export interface Party {
  readonly host: Host;
  readonly listen: Command;
  readonly dial: Command;
}

/** What the engine needs of the world: the ports' adapters give it, a test gives a fake in memory. */
export interface World {
  /**
   * The answers in order, '' where there is none, or where the question needs a secret that is not minted yet.
   * Throws a Problem with `host` when the machine cannot be asked.
   */
  ask(host: Host, asks: readonly Ask[]): Promise<readonly string[]>;
  /**
   * Lets every host listen, then, when all do that can, every host dial, and gives what both printed, in order of the
   * parties; '' where a host was lost.
   */
  meet(parties: readonly Party[]): Promise<readonly string[]>;
  /** Does one change; a mint answers with the outcomes it made. */
  run(host: Host, run: Exclude<Run, { readonly blobs: unknown }>): Promise<Outcomes>;
  /** Brings content to many hosts at once, to the host of the first transfer before all others. */
  transfer(transfers: readonly Transfer[], ended: Ended): Promise<void>;
  /** Milliseconds since 1970. */
  now(): number;
  sleep(seconds: number): Promise<void>;
}
