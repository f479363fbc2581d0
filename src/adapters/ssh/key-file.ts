import { readFile } from 'node:fs/promises';
import ssh2, { type ParsedKey } from 'ssh2';
import { Problem } from '../../support/problem.ts';

/** What a private key file turned out to be. `missing` and `locked` are for those that nobody named. */
export type KeyFile =
  | { readonly key: ParsedKey }
  | { readonly unusable: Problem; readonly why: 'missing' | 'locked' | 'broken' };

const unusable = (why: 'missing' | 'locked' | 'broken', message: string, hint?: string): KeyFile => ({
  why,
  unusable: new Problem('KEY_UNUSABLE', message, { hint }),
});

const ENCRYPTED = /no passphrase given/;
const HINT = 'The passphrase comes from EDGECTL_SSH_PASSPHRASE or a prompt; an SSH agent works too.';
const CONVERT =
  'Keys of OpenSSH (ed25519, ecdsa, rsa) are understood; `ssh-keygen -p -f FILE` rewrites a key in that format.';

const only = (parsed: ParsedKey | ParsedKey[] | Error): ParsedKey | Error =>
  Array.isArray(parsed) ? (parsed[0] ?? new Error('empty')) : parsed;

/** ssh2's own words are not passed on: they are about its parser. */
const parse = (data: Buffer, passphrase?: string): ParsedKey | Error => {
  try {
    return only(ssh2.utils.parseKey(data, passphrase));
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
};

/** Reads a private key, asking for its passphrase only when it has one. Never throws. */
export const readKeyFile = async (
  path: string,
  passphrase: () => Promise<string | undefined>,
): Promise<KeyFile> => {
  let data: Buffer;
  try {
    data = await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return unusable(
      'missing',
      `${path}: ${code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code})`}`,
    );
  }
  const plain = parse(data);
  if (!(plain instanceof Error))
    return plain.isPrivateKey() ? { key: plain } : unusable('broken', `${path}: is a public key`, CONVERT);
  if (!ENCRYPTED.test(plain.message))
    return unusable('broken', `${path}: not a private key of a known format`, CONVERT);
  const phrase = await passphrase();
  if (phrase === undefined)
    return unusable('locked', `${path}: is encrypted, and there is no passphrase`, HINT);
  const opened = parse(data, phrase);
  return opened instanceof Error
    ? unusable('locked', `${path}: the passphrase is wrong`, HINT)
    : { key: opened };
};

/** The public key blob in a `.pub` file, or in a file that is a public key itself; `undefined` when there is none. */
export const readPublicKey = async (path: string): Promise<Buffer | undefined> => {
  for (const file of [`${path}.pub`, path]) {
    const data = await readFile(file).catch(() => undefined);
    const parsed = data && parse(data);
    if (parsed && !(parsed instanceof Error)) return parsed.getPublicSSH();
  }
  return undefined;
};
