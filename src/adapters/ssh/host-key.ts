import { createHash } from 'node:crypto';

/** The key types that are negotiated, best first. A type has the algorithms that sign with it. */
export const ALGORITHMS = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
} as const;

/** A key of the table above. */
export type KeyType = keyof typeof ALGORITHMS;

/** All of them, best first. */
export const KEY_TYPES = Object.keys(ALGORITHMS) as readonly KeyType[];

/** Whether a word is a type that can be negotiated. */
export const isKeyType = (word: string | undefined): word is KeyType =>
  word !== undefined && Object.hasOwn(ALGORITHMS, word);

/** `SHA256:…` of a public key blob, as `ssh-keygen -l` prints it. */
export const fingerprint = (blob: Buffer): string =>
  `SHA256:${createHash('sha256').update(blob).digest('base64').replaceAll('=', '')}`;

/** The type that a public key blob names: a length in four bytes, then the name. */
export const typeOf = (blob: Buffer): string =>
  blob.length < 4 ? '' : blob.toString('latin1', 4, 4 + blob.readUInt32BE(0));

/** `ssh-ed25519 AAAA…`, without a comment. */
export const keyLine = (blob: Buffer): string => `${typeOf(blob)} ${blob.toString('base64')}`;

/** What cluster.yaml pins: one whole key, or a fingerprint, which does not tell the key's type. */
export type Pin = { readonly blob: Buffer; readonly type: KeyType } | { readonly fingerprint: string };

/** Reads `hostKey` of cluster.yaml; `undefined` when it is neither a fingerprint nor a key of a known type. */
export const readPin = (text: string): Pin | undefined => {
  const [type, base64 = ''] = text.trim().split(/\s+/);
  if (type?.startsWith('SHA256:')) return { fingerprint: type.replace(/=+$/, '') };
  const blob = Buffer.from(base64, 'base64');
  return isKeyType(type) && typeOf(blob) === type ? { blob, type } : undefined;
};
