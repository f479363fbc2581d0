import type { Shell } from './shell.ts';

/** Web pages that a machine serves to itself. */
export interface Loopback {
  /** The body of a GET to a port of that machine, '' on any failure but a lost connection. TLS is not verified: the way there is SSH. */
  get(shell: Shell, url: string): Promise<string>;
}
