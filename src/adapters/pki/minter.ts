import { createHash, randomBytes } from 'node:crypto';
import type { Minter } from '../../ports/minter.ts';
import { Problem } from '../../support/problem.ts';

const YEAR = 365 * 86_400_000;

// Only a run that mints needs the library behind it, which takes a tenth of a second to load.
const certificates = () => import('./certificates.ts');

/** Makes CAs, keys and tokens with the operating system's randomness. */
export const minter: Minter = {
  async mint({ name, kind, years = 1, user }, have) {
    if (kind === 'token')
      return { secrets: { [name]: randomBytes(24).toString('hex') }, outcomes: { [name]: 'minted' } };
    // As long as VRRP takes.
    if (kind === 'password')
      return { secrets: { [name]: randomBytes(6).toString('base64url') }, outcomes: { [name]: 'minted' } };
    const { clientCertificate, newAuthority, newKey } = await certificates();
    if (kind === 'key') return { secrets: { [name]: newKey() }, outcomes: { [name]: 'minted' } };
    if (kind === 'ca') {
      const { cert, key } = await newAuthority(`k3s-${name}@${Math.floor(Date.now() / 1000)}`);
      const hash = createHash('sha256').update(cert).digest('hex');
      return {
        secrets: { [`${name}.key`]: key },
        outcomes: { [`${name}.crt`]: cert, [`${name}.hash`]: hash },
      };
    }
    const caKey = have.secrets.get('client-ca.key');
    const caCert = have.outcomes['client-ca.crt'];
    if (!caKey || !caCert) throw new Problem('OUTCOME_MISSING', 'the client CA does not exist yet');
    const { cert, key } = await clientCertificate({
      name: user ?? `edgectl-${name}`,
      groups: user === undefined ? ['system:masters'] : [],
      ca: { cert: caCert, key: caKey },
      validMs: years * YEAR,
    });
    const base64 = Buffer.from(key).toString('base64');
    return { secrets: { [`${name}.key.b64`]: base64 }, outcomes: { [`${name}.crt`]: cert } };
  },
};
