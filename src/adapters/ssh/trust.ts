import { fingerprint, isKeyType, KEY_TYPES, type KeyType, type Pin } from './host-key.ts';
import type { KnownHost } from './known-hosts.ts';

/** What is known of a host's key before it shows one. */
export interface Trust {
  /** The types worth negotiating, best first. */
  readonly types: readonly KeyType[];
  /** Fingerprints that would be right, with where they stand; empty when nothing is known. */
  readonly expected: readonly string[];
  /** Says what an offered key is. */
  readonly judge: (blob: Buffer) => 'right' | 'wrong' | 'unknown' | 'revoked';
}

/** The pin of cluster.yaml alone counts where there is one; else the known_hosts lines for the host. */
export const trustIn = (pin: Pin | undefined, known: readonly KnownHost[]): Trust => {
  if (pin && 'blob' in pin)
    return {
      types: [pin.type],
      expected: [`${fingerprint(pin.blob)} (hostKey in cluster.yaml)`],
      judge: (blob) => (blob.equals(pin.blob) ? 'right' : 'wrong'),
    };
  if (pin)
    return {
      types: KEY_TYPES,
      expected: [`${pin.fingerprint} (hostKey in cluster.yaml)`],
      judge: (blob) => (fingerprint(blob) === pin.fingerprint ? 'right' : 'wrong'),
    };
  const revoked = known.filter(({ marker }) => marker === 'revoked');
  // A certificate authority vouches for certificates, which are not negotiated here.
  const keys = known.filter(({ marker, type }) => marker === undefined && isKeyType(type));
  const types = KEY_TYPES.filter((type) => keys.some((key) => key.type === type));
  return {
    types: types.length > 0 ? types : KEY_TYPES,
    expected: keys.map(({ blob, where }) => `${fingerprint(blob)} (${where})`),
    judge: (blob) => {
      if (revoked.some((key) => key.blob.equals(blob))) return 'revoked';
      if (keys.length === 0) return 'unknown';
      return keys.some((key) => key.blob.equals(blob)) ? 'right' : 'wrong';
    },
  };
};
