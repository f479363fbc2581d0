import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { listening, type PeerSite, startOn } from './peer.ts';

const SSHD = '/usr/sbin/sshd';
const PORT = 22;

/** What peers over SSH need. */
export const SSH_NEEDS = [
  [SSHD, 'openssh-server'],
  ['ssh', 'openssh-client'],
] as const;

const serverConfig = (folder: string): string => `HostKey ${folder}/host
AuthorizedKeysFile ${folder}/operator.pub
PermitRootLogin prohibit-password
PasswordAuthentication no
UsePAM no
StrictModes no
PidFile none
LogLevel ERROR
Subsystem sftp internal-sftp
SetEnv SHLVL=1
`;

const clientConfig = (folder: string): string => `Host *
  User root
  Port ${PORT}
  IdentityFile ${folder}/operator
  IdentitiesOnly yes
  UserKnownHostsFile ${folder}/known_hosts
  GlobalKnownHostsFile /dev/null
  BatchMode yes
  Ciphers aes128-gcm@openssh.com
  LogLevel ERROR
`;

/** Starts an sshd on every node but the head; gives the path of the configuration with which the head's clients reach them. */
export const openSshd = async (site: PeerSite): Promise<string> => {
  const { folder, network, nodes } = site;
  for (const name of ['host', 'operator'])
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(folder, name)]);
  const { stdout: hostKey } = await execa('ssh-keygen', ['-y', '-f', join(folder, 'host')]);
  await writeFile(join(folder, 'sshd_config'), serverConfig(folder));
  await writeFile(join(folder, 'ssh_config'), clientConfig(folder));
  await writeFile(
    join(folder, 'known_hosts'),
    nodes.map((node) => `${network.addressOf(node)} ${hostKey}\n`).join(''),
  );
  // sshd wants it; where sshd is no service, nobody has made it.
  await mkdir('/run/sshd', { recursive: true });
  for (const node of nodes) startOn(site, node, [SSHD, '-D', '-e', '-f', join(folder, 'sshd_config')]);
  for (const node of nodes) await listening(site, node, PORT);
  return join(folder, 'ssh_config');
};
