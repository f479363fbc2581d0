import 'reflect-metadata'; // for the container inside @peculiar/x509
import { createPrivateKey, generateKeyPairSync, randomBytes, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

const DAY = 86_400_000;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** A certificate and its key, both PEM (the key in SEC 1 form, which every Go program reads). */
export interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** A new P-256 private key as SEC 1 PEM. */
export const newKey = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'sec1', format: 'pem' })
    .toString();

const importKeys = async (pem: string): Promise<webcrypto.CryptoKeyPair> => {
  const key = createPrivateKey(pem);
  const jwk = key.export({ format: 'jwk' });
  const { d: _, ...publicJwk } = jwk;
  const [privateKey, publicKey] = await Promise.all([
    webcrypto.subtle.importKey('jwk', jwk as webcrypto.JsonWebKey, ALGORITHM, true, ['sign']),
    webcrypto.subtle.importKey('jwk', publicJwk as webcrypto.JsonWebKey, ALGORITHM, true, ['verify']),
  ]);
  return { privateKey, publicKey };
};

const serial = (): string => `00${randomBytes(15).toString('hex')}`;
// Boards' clocks may be some minutes behind the control node's.
const since = (): Date => new Date(Date.now() - DAY / 24);

/** A self-signed CA for ten years, as k3s makes its own. */
export const newAuthority = async (commonName: string): Promise<Pair> => {
  const key = newKey();
  const keys = await importKeys(key);
  const cert = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serial(),
      name: `CN=${commonName}`,
      notBefore: since(),
      notAfter: new Date(Date.now() + 3650 * DAY),
      signingAlgorithm: ALGORITHM,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(
          x509.KeyUsageFlags.digitalSignature |
            x509.KeyUsageFlags.keyEncipherment |
            x509.KeyUsageFlags.keyCertSign,
          true,
        ),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    },
    webcrypto as never,
  );
  return { cert: `${cert.toString('pem')}\n`, key };
};

/** A client certificate for a user with groups, signed by a CA. */
export const clientCertificate = async (of: {
  readonly name: string;
  readonly groups: readonly string[];
  readonly ca: Pair;
  readonly validMs: number;
}): Promise<Pair> => {
  const key = newKey();
  const [keys, authority] = await Promise.all([importKeys(key), importKeys(of.ca.key)]);
  const issuer = new x509.X509Certificate(of.ca.cert);
  const cert = await x509.X509CertificateGenerator.create(
    {
      serialNumber: serial(),
      subject: [...of.groups.map((group) => `O=${group}`), `CN=${of.name}`].join(','),
      issuer: issuer.subject,
      notBefore: since(),
      notAfter: new Date(Date.now() + of.validMs),
      signingAlgorithm: ALGORITHM,
      publicKey: keys.publicKey,
      signingKey: authority.privateKey,
      extensions: [
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
        await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
      ],
    },
    webcrypto as never,
  );
  return { cert: `${cert.toString('pem')}\n`, key };
};
