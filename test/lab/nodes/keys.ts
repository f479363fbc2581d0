import { mkdir, readFile, rename, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';

/** The passphrase of the lab's `id_passphrase` key. */
export const passphrase = 'open-the-cabinet';

type Kind = {
  readonly type: 'ed25519' | 'rsa' | 'ecdsa';
  readonly passphrase?: string;
  readonly bits?: string;
};

const clientKeys: Readonly<Record<string, Kind>> = {
  id_ed25519: { type: 'ed25519' },
  id_passphrase: { type: 'ed25519', passphrase },
  id_rsa: { type: 'rsa', bits: '2048' },
  id_ecdsa: { type: 'ecdsa' },
};

const hostKeys: Readonly<Record<string, Kind>> = {
  ssh_host_ed25519_key: { type: 'ed25519' },
  ssh_host_ecdsa_key: { type: 'ecdsa' },
};

/** Makes a key pair unless it is there; the private half comes last, so that it is never without the public one. */
const ensureKey = async (file: string, kind: Kind, comment: string) => {
  if (await stat(file).catch(() => undefined)) return;
  // Its own name: where an `up` was killed, its ssh-keygen may still be at work.
  const part = join(dirname(file), `.${basename(file)}.${process.pid}`);
  const bits = kind.bits === undefined ? [] : ['-b', kind.bits];
  const words = ['-q', '-t', kind.type, ...bits, '-N', kind.passphrase ?? '', '-C', comment, '-f', part];
  await execa('ssh-keygen', words, { stdin: 'ignore' });
  await rename(`${part}.pub`, `${file}.pub`);
  await rename(part, file);
};

/** Makes the operator's keys in the lab's folder, and gives the text of an authorized_keys file that takes them all. */
export const operatorKeys = async (folder: string, lab: string): Promise<string> => {
  const names = Object.entries(clientKeys);
  await Promise.all(names.map(([file, kind]) => ensureKey(join(folder, file), kind, `edgectl-lab-${lab}`)));
  const publics = await Promise.all(names.map(([file]) => readFile(join(folder, `${file}.pub`), 'utf8')));
  return publics.join('');
};

/** Makes one node's own host keys in its seed folder. */
export const nodeHostKeys = async (seed: string, node: string): Promise<void> => {
  await mkdir(seed, { recursive: true, mode: 0o700 });
  const made = Object.entries(hostKeys).map(([file, kind]) => ensureKey(join(seed, file), kind, node));
  await Promise.all(made);
};

/** A node's whole public host key, `ssh-ed25519 AAAA…`, as cluster.yaml and known_hosts pin it. */
export const publicHostKey = async (seed: string): Promise<string> => {
  const line = await readFile(join(seed, 'ssh_host_ed25519_key.pub'), 'utf8');
  return line.split(' ').slice(0, 2).join(' ').trim();
};
