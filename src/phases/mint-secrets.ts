import { X509Certificate } from 'node:crypto';
import { mintedBy, mints } from '../commands/k3s-tls.ts';
import { SHIPPER } from '../commands/snapshots.ts';
import { VIP_PASSWORD } from '../commands/vip.ts';
import type { Known } from '../decisions/index.ts';
import { shipsSnapshots } from '../domain/topology/roles.ts';
import { agentToken } from '../domain/topology/thefts.ts';
import { definePhase } from '../engine/phase.ts';
import { clock } from '../facts/clock.ts';
import type { Cluster } from '../spec/cluster.ts';

const RENEW_BEFORE_DAYS = 60;

/** Whether a certificate ends so soon, or is so broken, that it is made anew. `seconds` since 1970. */
const isEnding = (pem: string, seconds: number | 'absent'): boolean => {
  if (seconds === 'absent') return false;
  try {
    const ends = Date.parse(new X509Certificate(pem).validTo) / 1000;
    return ends - seconds < RENEW_BEFORE_DAYS * 86_400;
  } catch {
    return true;
  }
};

/**
 * Mints the cluster's CAs, tokens and the operator's certificate, before anything starts: so every join token pins the
 * CA and is known beforehand. What exists is kept, but for an operator's certificate that ends soon.
 */
export const mintSecrets = definePhase({
  id: 'mint-secrets',
  title: 'Mint the CAs and tokens',
  hosts: ({ control }: Cluster, _known: Known) => [control],
  facts: () => ({ clock }),

  // No undo: whoever has seen a secret would hold another one than the cluster.
  *plan({ cluster, facts, known }) {
    const wanted = [
      ...mints(agentToken(known)),
      ...(cluster.masters.vip === undefined ? [] : [VIP_PASSWORD]),
      ...(shipsSnapshots(cluster) ? [SHIPPER] : []),
    ];
    for (const mint of wanted) {
      const made = known.outcomes[mintedBy(mint)];
      if (made === undefined) yield { says: `mint ${mint.name}`, run: { mint } };
      else if (mint.kind === 'client' && isEnding(made, facts.clock))
        yield { says: `renew the certificate of ${mint.name}`, run: { mint } };
    }
  },
});
