import { layout } from './layout.ts';
import { users } from './nodes/users.ts';
import { labNode } from './status.ts';

/** The OpenSSH command line that reaches a lab's node with the lab's key and its pinned host key, and with no one else's settings. */
export const sshCommand = async (
  lab: string,
  node: string,
  { user = users.ubuntu.name, key }: { readonly user?: string; readonly key?: string } = {},
): Promise<readonly string[]> => {
  const { address, key: own } = await labNode(lab, node);
  const settings = [
    'IdentitiesOnly=yes',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${layout(lab).knownHosts}`,
    'GlobalKnownHostsFile=/dev/null',
    'LogLevel=ERROR',
    'ConnectTimeout=10',
  ];
  return [
    'ssh',
    '-F',
    '/dev/null',
    '-i',
    key ?? own,
    ...settings.flatMap((it) => ['-o', it]),
    `${user}@${address}`,
  ];
};
