import type { Ended, Transfer } from '../engine/world.ts';
import type { Host } from '../spec/cluster.ts';

/** Brings content to many hosts at once. */
export interface Distribution {
  /**
   * Each blob lands verified as `<into>/<digest>`. Says of every transfer when it has ended, and resolves when all have.
   * The host of the first one is served before all others when that is cheap, because they wait for it.
   */
  distribute(transfers: readonly Transfer[], control: Host, ended: Ended): Promise<void>;
}
