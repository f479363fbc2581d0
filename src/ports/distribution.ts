import type { Transfer } from '../engine/world.ts';
import type { Host } from '../spec/cluster.ts';

/** Brings content to many hosts at once. */
export interface Distribution {
  /** Each blob lands verified as `<into>/<digest>`; gives the problems of the hosts that did not get theirs, by host key. */
  distribute(transfers: readonly Transfer[], control: Host): Promise<ReadonlyMap<string, Error>>;
}
