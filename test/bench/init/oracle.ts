import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { LabSummary } from '../../lab/lab.ts';
import { layout } from '../../lab/layout.ts';
import { readState } from '../../lab/state.ts';

const WITHIN_MS = 600_000;

const sshConfig = ({ name, nodes }: LabSummary, folder: string): string => `Host *
  User ${nodes[0]?.user}
  IdentityFile ${nodes[0]?.key}
  IdentitiesOnly yes
  UserKnownHostsFile ${layout(name).knownHosts}
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  KexAlgorithms curve25519-sha256
  Ciphers aes128-gcm@openssh.com
  ControlMaster auto
  ControlPath ${folder}/%h
  ControlPersist 120
  LogLevel ERROR
`;

/** The script that knows only how to make the cluster, ready to run on a lab; `keep` gets the folder that it needs. */
export const oracle = async (
  lab: LabSummary,
  keep: (folder: string) => void,
): Promise<() => Promise<unknown>> => {
  const folder = await mkdtemp(join(tmpdir(), 'edgectl-oracle-'));
  keep(folder);
  await writeFile(join(folder, 'ssh_config'), sshConfig(lab, folder));
  const release = (await readState(layout(lab.name)))?.release?.folder;
  if (release === undefined) throw new Error(`lab ${lab.name} offers no k3s`);
  const words = [join(folder, 'ssh_config'), release, ...lab.nodes.map(({ address }) => address)];
  return () => execa(join(import.meta.dirname, 'oracle.sh'), words, { stdin: 'ignore', timeout: WITHIN_MS });
};
