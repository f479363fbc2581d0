import { generateKeyPairSync } from 'node:crypto';

/**
 * A new Ed25519 key: its private half as PKCS #8 PEM, encrypted when there is a passphrase, and the 32 bytes of its public
 * half in base64.
 */
export const newSigningKey = (passphrase?: string): { readonly pem: string; readonly publicKey: string } => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const cipher = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
  const { x = '' } = publicKey.export({ format: 'jwk' });
  return {
    pem: privateKey.export({ type: 'pkcs8', format: 'pem', ...cipher }).toString(),
    publicKey: Buffer.from(x, 'base64url').toString('base64'),
  };
};
