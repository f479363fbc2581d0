import { createHash } from 'node:crypto';
import { chmod, chown, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Layout } from '../layout.ts';
import { nodeHostKeys } from '../nodes/keys.ts';
import { users } from '../nodes/users.ts';
import { writeJetPack } from './jetpack.ts';
import type { ModelName } from './models.ts';

/** A board of a lab and what makes it this one. */
export type Board = {
  readonly name: string;
  readonly address: string;
  readonly model: ModelName;
  readonly gateway: string;
  readonly authorizedKeys: string;
};

/** The numbers of the users that the image makes, in its order. */
const FIRST_USER = 1000;

const accounts = [users.ubuntu.name, users.engineer.name].map((name, index) => ({
  home: `home/${name}`,
  id: FIRST_USER + index,
}));

const textsOf = ({ name, gateway }: Board): Readonly<Record<string, string>> => ({
  'etc/hostname': `${name}\n`,
  'etc/hosts': `127.0.0.1 localhost\n127.0.1.1 ${name}\n`,
  'etc/resolv.conf': `nameserver ${gateway}\noptions attempts:1\n`,
  'etc/machine-id': `${createHash('sha256').update(name).update(gateway).digest('hex').slice(0, 32)}\n`,
});

const writeTree = async (tree: string, seed: string, board: Board) => {
  await mkdir(join(tree, 'etc/ssh'), { recursive: true });
  for (const [path, text] of Object.entries(textsOf(board))) await writeFile(join(tree, path), text);
  await writeJetPack(tree, board.model);
  for (const type of ['ed25519', 'ecdsa'])
    for (const [end, mode] of [
      ['', 0o600],
      ['.pub', 0o644],
    ] as const) {
      const file = `ssh_host_${type}_key${end}`;
      await copyFile(join(seed, file), join(tree, 'etc/ssh', file));
      await chmod(join(tree, 'etc/ssh', file), mode);
    }
  for (const { home, id } of accounts) {
    const folder = join(tree, home, '.ssh');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(join(folder, 'authorized_keys'), board.authorizedKeys, { mode: 0o600 });
    for (const path of [join(tree, home), folder, join(folder, 'authorized_keys')]) await chown(path, id, id);
  }
};

/** Packs files into an archive as the kernel unpacks it behind an initrd. */
const pack = async (folder: string): Promise<Buffer> => {
  const { stdout: names } = await execa('find', ['seed', 'lab-net'], { cwd: folder });
  const words = ['--quiet', '--create', '--format=newc'];
  const { stdout } = await execa('cpio', words, { cwd: folder, input: `${names}\n`, encoding: 'buffer' });
  return Buffer.from(stdout);
};

/** Writes a board's initrd: the image's own, `base`, and behind it what makes this board different from others. */
export const writeInitrd = async (initrd: string, lab: Layout, board: Board, base: string): Promise<void> => {
  const seed = lab.seed(board.name);
  await nodeHostKeys(seed, board.name);
  const work = `${initrd}.work`;
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  await writeTree(join(work, 'seed'), seed, board);
  await writeFile(join(work, 'lab-net'), `${board.address}/24 ${board.gateway}\n`);
  await writeFile(initrd, Buffer.concat([await readFile(base), await pack(work)]), { mode: 0o600 });
  await rm(work, { recursive: true });
};
