import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { execa } from 'execa';

const SSHD = '/usr/sbin/sshd';
const WITHIN_MS = 60_000;

// `"$@"` are the addresses. When the bench ends, however it does, its end of the pipe closes, and all go at once.
const HERD = `for address; do ${SSHD} -D -e -f "$0" -o "ListenAddress=$address" & done
cat; kill 0`;

/** Many sshd on loopback, each a process of its own as on a real host, with the limits that sshd has by default. */
export interface Endpoints {
  readonly folder: string;
  readonly addresses: readonly string[];
  readonly port: number;
  /** `ssh-ed25519 AAAA…`: they share one. */
  readonly hostKey: string;
  /** The path of the private key that lets this user in. */
  readonly key: string;
  readonly close: () => Promise<void>;
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '0.0.0.0');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

const answers = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    const give = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', () => give(true)).once('error', () => give(false));
  });

// SHLVL: a bash that sshd starts reads ~/.bashrc only at the first level, and what this account does there is not measured.
const config = (folder: string, port: number): string => `Port ${port}
HostKey ${folder}/host
AuthorizedKeysFile ${folder}/operator.pub
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
PidFile none
PrintLastLog no
LogLevel ERROR
SetEnv SHLVL=1
`;

/** Starts them and waits until each of them greets. */
export const openEndpoints = async (count: number): Promise<Endpoints> => {
  const folder = await mkdtemp(join(tmpdir(), 'edgectl-sessions-'));
  for (const name of ['host', 'operator'])
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(folder, name)]);
  const port = await freePort();
  await writeFile(join(folder, 'sshd_config'), config(folder, port));
  // sshd wants it; where sshd is no service, nobody has made it.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true });

  const addresses = Array.from({ length: count }, (_, index) => `127.77.${index >> 8}.${(index & 255) + 1}`);
  const herd = spawn('sh', ['-c', HERD, join(folder, 'sshd_config'), ...addresses], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const gone = once(herd, 'exit');
  const close = async () => {
    herd.stdin.end();
    await gone;
  };
  const deadline = Date.now() + WITHIN_MS;
  for (const address of addresses)
    while (!(await answers(address, port))) {
      if (Date.now() > deadline) {
        await close();
        throw new Error(`no sshd on ${address}:${port} (Debian has it in the package openssh-server)`);
      }
      await wait(50);
    }
  const [type = '', blob = ''] = (await readFile(join(folder, 'host.pub'), 'utf8')).split(/\s+/);
  return { folder, addresses, port, hostKey: `${type} ${blob}`, key: join(folder, 'operator'), close };
};
