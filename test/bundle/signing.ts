import { mkdir } from 'node:fs/promises';
import { execa } from 'execa';

/** A throw-away OpenPGP key with its own GnuPG home. */
export interface SigningKey {
  /** The file with the public key, as `gpg --export` writes it. */
  readonly keyring: string;
  /** The same, armoured. */
  readonly armoured: string;
  readonly fingerprint: string;
  /** Writes InRelease, or Release.gpg when `detached`, beside the Release of a folder. */
  sign(folder: string, how?: { readonly detached?: boolean }): Promise<void>;
  stop(): Promise<void>;
}

/** Makes a key. With `at`, such as 20200101T000000, it was made then, lives a year, and signs in its first second. */
export const signingKey = async (home: string, at?: string): Promise<SigningKey> => {
  await mkdir(home, { mode: 0o700 });
  const gpg = (...words: readonly string[]) =>
    execa('gpg', [
      '--homedir',
      home,
      '--batch',
      '--quiet',
      '--yes',
      ...(at === undefined ? [] : ['--faked-system-time', `${at}!`]),
      ...words,
    ]);
  const life = at === undefined ? 'never' : '1y';
  await gpg('--passphrase', '', '--quick-generate-key', 'edgectl test', 'ed25519', 'sign', life);
  await gpg('--output', `${home}/keyring.gpg`, '--export');
  await gpg('--armor', '--output', `${home}/keyring.asc`, '--export');
  const { stdout } = await gpg('--with-colons', '--list-keys');
  return {
    keyring: `${home}/keyring.gpg`,
    armoured: `${home}/keyring.asc`,
    fingerprint: /^fpr:+([0-9A-F]{40}):/m.exec(stdout)?.[1] ?? '',
    async sign(folder, { detached = false } = {}) {
      const how = detached ? ['--detach-sign', '--armor'] : ['--clear-sign'];
      await gpg(
        ...how,
        '--output',
        `${folder}/${detached ? 'Release.gpg' : 'InRelease'}`,
        `${folder}/Release`,
      );
    },
    async stop() {
      await execa('gpgconf', ['--homedir', home, '--kill', 'gpg-agent'], { reject: false });
    },
  };
};
