import { Problem } from '../../support/problem.ts';
import { fingerprint, typeOf } from './host-key.ts';
import type { Hop } from './route.ts';
import type { Trust } from './trust.ts';

const shown = (blob: Buffer): string => `${fingerprint(blob)} (${typeOf(blob)})`;

/** HOST_KEY_CHANGED, with the fingerprints on both sides. */
export const keyChanged = (
  host: string,
  { address, port }: Hop,
  trust: Trust,
  blob: Buffer | undefined,
): Problem =>
  new Problem(
    'HOST_KEY_CHANGED',
    `${address}:${port} shows the host key ${blob ? shown(blob) : 'of another type'}, expected ${trust.expected.join(' or ')}`,
    {
      host,
      hint: `If the machine was installed anew, put its new key into hostKey in cluster.yaml, or remove the old line from known_hosts; "edgectl discover ${address}" shows the new key. Else another machine has answered.`,
    },
  );

/** HOST_KEY_CHANGED for a key that a known_hosts file marks as `@revoked`. */
export const keyRevoked = (host: string, { address, port }: Hop, blob: Buffer): Problem =>
  new Problem(
    'HOST_KEY_CHANGED',
    `${address}:${port} shows the host key ${shown(blob)}, which known_hosts marks as revoked`,
    {
      host,
      hint: 'Give the machine a new host key.',
    },
  );

/** HOST_KEY_UNKNOWN, with what to do about it. */
export const keyUnknown = (host: string, { address, port }: Hop, blob: Buffer): Problem =>
  new Problem(
    'HOST_KEY_UNKNOWN',
    `${address}:${port} shows the host key ${shown(blob)}, and nothing says that it is right`,
    {
      host,
      hint: `Compare it with what the machine itself says, then put it into hostKey in cluster.yaml ("edgectl discover ${address}" prints the line), or pass --accept-new-host-keys once.`,
    },
  );
