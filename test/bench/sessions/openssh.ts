import { writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Endpoints } from './endpoints.ts';

// What edgectl's own handshakes agree on with sshd: the same work on both sides.
const config = ({ folder, port, key }: Endpoints): string => `Host *
  Port ${port}
  User ${userInfo().username}
  IdentityFile ${key}
  IdentitiesOnly yes
  UserKnownHostsFile ${folder}/known_hosts
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  BatchMode yes
  KexAlgorithms curve25519-sha256
  Ciphers aes128-gcm@openssh.com
  HostKeyAlgorithms ssh-ed25519
  LogLevel ERROR
`;

/** Writes what the OpenSSH clients need. */
export const prepareOpenssh = async (endpoints: Endpoints): Promise<void> => {
  const { folder, port, hostKey } = endpoints;
  await writeFile(join(folder, 'ssh_config'), config(endpoints));
  await writeFile(join(folder, 'known_hosts'), `[127.77.*]:${port} ${hostKey}\n`);
};

/** Runs `true` on every endpoint with OpenSSH's client, so many at once. */
export const runOpenssh = async ({ folder, addresses }: Endpoints, atOnce: number): Promise<void> => {
  const ssh = ['ssh', '-F', join(folder, 'ssh_config'), '{}', 'true'];
  await execa('xargs', ['-P', String(atOnce), '-I{}', ...ssh], { input: addresses.join('\n') });
};
