import type { Host } from '../spec/cluster.ts';
import type { Shell } from './shell.ts';

/** The connections of one run: one a machine, opened when first wanted and then shared. */
export interface Shells {
  /** Throws a Problem with `host` when the machine cannot be reached, trusted or logged into. */
  open(host: Host): Promise<Shell>;
  /** Forgets a broken connection, so that the next `open` makes a new one. */
  drop(host: Host): Promise<void>;
  close(): Promise<void>;
}
