import type { Ended, Transfer } from '../engine/world.ts';
import type { Host } from '../spec/cluster.ts';

/** A host that has content in place already, and where it lies there. */
export interface Holder {
  readonly host: Host;
  readonly path: string;
}

/** Where content may come from beside the machine that edgectl runs on: the control node, and by digest who has it. */
export interface Suppliers {
  readonly control: Host;
  readonly holders: ReadonlyMap<string, readonly Holder[]>;
}

/** Brings content to many hosts at once. */
export interface Distribution {
  /**
   * Each blob lands verified as `<into>/<digest>`. Says of every transfer when it has ended, and resolves when all have.
   * The host of the first one is served before all others when that is cheap, because they wait for it.
   */
  distribute(transfers: readonly Transfer[], from: Suppliers, ended: Ended): Promise<void>;
}
