import type { Machine } from './machine.ts';
import type { Site } from './site.ts';

/** What may happen to a machine just before something is done on it. */
export interface Weather {
  /** Lets happen what is due. `torn`: this machine loses its power in the middle of what is done now. */
  strike(at: Machine): 'torn' | undefined;
  /** Whether what is sent now arrives damaged. */
  spoils(): boolean;
}

/** One run of edgectl. When it is killed nothing that it waits for comes any more; what it has sent may still be done. */
export interface Edgectl {
  readonly site: Site;
  readonly weather: Weather;
  readonly run: string;
  isDead: boolean;
  /** The words of its command lines, which everybody on a machine can read. */
  readonly said: Set<string>;
}

/** Thrown through everything when the product asks what the model does not know: the walk then says nothing. */
export class Unmodelled extends Error {}
