import { readFile } from 'node:fs/promises';
import type { KeyFile } from './key-file.ts';
import { readKeyFile } from './key-file.ts';
import { type KnownHost, readKnownHosts } from './known-hosts.ts';
import type { Lent } from './lend.ts';
import type { ConnectOptions } from './options.ts';

/** What all connections with the same options share, so that it is asked, read and parsed once. */
export interface Session {
  readonly options: ConnectOptions;
  readonly keyFile: (path: string) => Promise<KeyFile>;
  readonly password: () => Promise<string | undefined>;
  readonly sudoPassword: () => Promise<string | undefined>;
  readonly knownHosts: () => Promise<readonly KnownHost[]>;
  /** Believes a key from now on, and records it. */
  readonly accept: (line: string) => Promise<void>;
  /** Connections to bastions by who goes where, so that many hosts share one. */
  readonly bastions: Map<string, Lent>;
}

const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
};

const readAll = async (paths: readonly string[]): Promise<KnownHost[]> => {
  const read = async (path: string) => readKnownHosts(await readFile(path, 'utf8').catch(() => ''), path);
  return (await Promise.all(paths.map(read))).flat();
};

const open = (options: ConnectOptions): Session => {
  const passphrase = once(options.secrets.passphrase);
  const known = once(() => readAll(options.knownHosts));
  const keys = new Map<string, Promise<KeyFile>>();
  return {
    options,
    keyFile(path) {
      const reading = keys.get(path) ?? readKeyFile(path, passphrase);
      keys.set(path, reading);
      return reading;
    },
    password: once(options.secrets.password),
    sudoPassword: once(options.secrets.sudoPassword),
    knownHosts: known,
    async accept(line) {
      await options.record(line);
      (await known()).push(...readKnownHosts(line, 'accepted in this run'));
    },
    bastions: new Map(),
  };
};

const sessions = new WeakMap<ConnectOptions, Session>();

/** The session of an options object: the same one for the same object. */
export const sessionOf = (options: ConnectOptions): Session => {
  const session = sessions.get(options) ?? open(options);
  sessions.set(options, session);
  return session;
};
