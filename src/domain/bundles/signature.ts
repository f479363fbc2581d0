import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import * as z from 'zod';
import type { TrustKey } from '../../spec/cluster.ts';
import { Problem } from '../../support/problem.ts';

const Signatures = z.strictObject({
  signatures: z.array(z.strictObject({ publicKey: z.string(), signature: z.string() })).min(1),
});

const publicKeyOf = (base64: string): KeyObject | undefined => {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length !== 32) return undefined;
  return createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url') },
    format: 'jwk',
  });
};

/** The public half of a private key, as it stands in a trust list. */
const publicHalf = (key: KeyObject): string => {
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
  return Buffer.from(x, 'base64url').toString('base64');
};

/** The text of `bundle.json.sig`: the Ed25519 signature (RFC 8032) of a manifest's bytes. */
export const signatureText = (manifest: string, key: KeyObject): string => {
  const signature = sign(null, Buffer.from(manifest), key).toString('base64');
  return `${JSON.stringify({ signatures: [{ publicKey: publicHalf(key), signature }] }, undefined, 2)}\n`;
};

/** A private key from its PEM text; KEY_UNUSABLE when it is none, of another kind, or the passphrase is wrong. */
export const readSigningKey = (pem: string, file: string, passphrase?: string): KeyObject => {
  try {
    const key = createPrivateKey({ key: pem, format: 'pem', ...(passphrase ? { passphrase } : {}) });
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch (error) {
    throw new Problem('KEY_UNUSABLE', `${file}: no private key that can be read`, {
      hint: 'make one with `edgectl bundle keygen`; its passphrase comes from EDGECTL_BUNDLE_PASSPHRASE or a prompt',
      cause: error,
    });
  }
  throw new Problem('KEY_UNUSABLE', `${file}: the key is not of the kind Ed25519`);
};

const signaturesIn = (text: string) => {
  try {
    return Signatures.parse(JSON.parse(text)).signatures;
  } catch {
    return undefined;
  }
};

const fits = (
  manifest: string,
  { publicKey, signature }: { publicKey: string; signature: string },
): boolean => {
  const key = publicKeyOf(publicKey);
  return key !== undefined && verify(null, Buffer.from(manifest), key, Buffer.from(signature, 'base64'));
};

/**
 * Whose signature makes a bundle count: the id of a trusted key, or a Problem (BUNDLE_UNTRUSTED) that names the key.
 * Undefined when nobody's counts and that is allowed; but a manifest that is not what some key signed is never taken.
 * `today` is a day in UTC, `2026-11-22`.
 */
export const signerOf = (of: {
  readonly bundle: string;
  readonly manifest: string;
  readonly signature: string | undefined;
  readonly trust: readonly TrustKey[];
  readonly allowUnsigned?: boolean;
  readonly today: string;
}): string | Problem | undefined => {
  const untrusted = (message: string, hint?: string) =>
    new Problem('BUNDLE_UNTRUSTED', `${of.bundle}: ${message}; nothing of it is used`, { hint });
  if (of.signature === undefined)
    return of.allowUnsigned
      ? undefined
      : untrusted('it is not signed', 'sign it with `edgectl bundle create --key`, or say --allow-unsigned');
  const signatures = signaturesIn(of.signature)?.map((signature) => {
    const key = of.trust.find(({ publicKey }) => publicKey === signature.publicKey);
    const ended = key?.notAfter !== undefined && of.today > key.notAfter;
    return { publicKey: signature.publicKey, key, ended, fits: fits(of.manifest, signature) };
  });
  if (!signatures) return untrusted('bundle.json.sig is no signature');

  const good = signatures.find((one) => one.fits && one.key && !one.ended);
  if (good) return good.key?.id;
  const torn = signatures.find((one) => !one.fits && (one.key || of.allowUnsigned));
  if (torn)
    return untrusted(
      `bundle.json is not what the key "${torn.key?.id ?? torn.publicKey}" signed: it was changed afterwards`,
    );
  if (of.allowUnsigned) return undefined;
  const ended = signatures.flatMap(({ key }) => (key ? [`"${key.id}" (${key.notAfter})`] : []));
  if (ended.length > 0)
    return untrusted(
      `the key that signed it has ended: ${ended.join(', ')}`,
      'get a bundle that a living key has signed; the clock of this machine says which day it is',
    );
  return untrusted(
    `it is signed by the key ${signatures.map(({ publicKey }) => publicKey).join(', ')}, which is not trusted`,
    'if that is the right key, name it in bundle.trust of the cluster file',
  );
};
