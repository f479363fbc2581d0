import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** A real sshd on a loopback port, with its own keys and one client key that may log in as the current user. */
export interface Sshd {
  readonly port: number;
  readonly user: string;
  readonly folder: string;
  /** Path of the private key that is let in. */
  readonly clientKey: string;
  /** The whole public key line of a host key. */
  readonly hostKey: (type: KeyKind) => string;
  readonly authorize: (publicKey: string) => void;
  /** Cuts every connection, as a power failure would. */
  readonly cut: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** The kinds of key that ssh-keygen makes here. */
export type KeyKind = 'ed25519' | 'ecdsa' | 'rsa';

/** Makes a key pair and returns the private key's path. */
export const makeKey = (
  path: string,
  kind: KeyKind,
  passphrase = '',
  more: readonly string[] = [],
): string => {
  const bits = kind === 'rsa' ? ['-b', '2048'] : [];
  execFileSync('ssh-keygen', [
    '-q',
    '-t',
    kind,
    ...bits,
    '-N',
    passphrase,
    '-C',
    'test',
    ...more,
    '-f',
    path,
  ]);
  return path;
};

/** `ssh-ed25519 AAAA…` of a key pair. */
export const publicLine = (path: string): string =>
  readFileSync(`${path}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');

/** `SHA256:…` of a public key file, as ssh-keygen sees it. */
export const fingerprintOf = (path: string): string =>
  execFileSync('ssh-keygen', ['-l', '-f', `${path}.pub`], { encoding: 'utf8' }).split(' ')[1] ?? '';

/** A TCP port of the loopback that nobody uses. */
export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** The processes below a process, itself not included. */
const below = (pid: number): readonly number[] => {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', `${pid}`], { encoding: 'utf8' });
  const children = stdout.split('\n').map(Number);
  return children.filter((child) => child > 0).flatMap((child) => [child, ...below(child)]);
};

/** Starts an sshd. `kinds` are its host keys, `config` more lines of its configuration. */
export const startSshd = async (
  kinds: readonly KeyKind[] = ['ed25519'],
  config = '',
  { sftp = true } = {},
): Promise<Sshd> => {
  const folder = mkdtempSync(join(tmpdir(), 'edgectl-sshd-'));
  const port = await freePort();
  // sshd wants its privilege separation folder when it runs as root.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  for (const kind of kinds) makeKey(join(folder, `host_${kind}`), kind);
  const clientKey = makeKey(join(folder, 'client'), 'ed25519');
  const authorized = join(folder, 'authorized_keys');
  const authorize = (key: string) => writeFileSync(authorized, `${key}\n`, { flag: 'a', mode: 0o600 });
  authorize(publicLine(clientKey));
  const lines = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    ...kinds.map((kind) => `HostKey ${folder}/host_${kind}`),
    `AuthorizedKeysFile ${authorized}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PermitRootLogin yes',
    // What a person's shell does at login is not under test, and may be slow.
    `SetEnv HOME=${folder}`,
    ...(sftp ? ['Subsystem sftp internal-sftp'] : []),
    config,
  ];
  writeFileSync(join(folder, 'sshd_config'), `${lines.join('\n')}\n`);
  // The shell ends sshd when its stdin does, so that nothing is left behind by a test that was killed.
  const keeper = '"$@" & echo "pid $!" >&2; read -r _; kill -KILL $!';
  const child = spawn(
    'sh',
    ['-c', keeper, 'sh', '/usr/sbin/sshd', '-D', '-e', '-f', join(folder, 'sshd_config')],
    {
      stdio: ['pipe', 'ignore', 'pipe'],
    },
  );
  let log = '';
  child.stderr.on('data', (chunk) => {
    log += chunk;
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  for (let i = 0; !log.includes('Server listening'); i++) {
    if (i === 100 || child.exitCode !== null) throw new Error(`sshd does not start: ${log}`);
    await wait(50);
  }
  const pid = Number(/^pid (\d+)$/m.exec(log)?.[1]);
  return {
    port,
    user: userInfo().username,
    folder,
    clientKey,
    hostKey: (kind) => publicLine(join(folder, `host_${kind}`)),
    authorize,
    async cut() {
      process.kill(pid, 'SIGSTOP');
      for (const session of below(pid)) {
        try {
          process.kill(session, 'SIGKILL');
        } catch {
          // It ended by itself.
        }
      }
      process.kill(pid, 'SIGCONT');
    },
    async stop() {
      child.stdin.end();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
};
