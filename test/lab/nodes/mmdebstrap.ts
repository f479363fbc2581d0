import { mkdir, mkdtemp, readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { LabProblem } from '../lab-problem.ts';

/** How every root file system is made; what goes into it besides is its own. */
export const OPTIONS: readonly string[] = [
  '--mode=root',
  '--variant=minbase',
  '--format=tar',
  '--aptopt=Acquire::Languages "none"',
  '--dpkgopt=force-unsafe-io',
];

/** Removes a folder of work; lazily, so that a tmpfs with mounts in it goes whole, and never across a mount. */
const discard = async (folder: string) => {
  await execa('umount', ['--lazy', join(folder, 'memory')], { reject: false });
  await execa('rm', ['-rf', '--one-file-system', folder], { reject: false });
};

/** Removes what a making of `path` that was killed left behind; whoever calls it holds the lock. */
export const discardOld = async (path: string): Promise<void> => {
  const entries = await readdir(dirname(path));
  for (const entry of entries.filter((name) => name.startsWith(`${basename(path)}.`)))
    await discard(join(dirname(path), entry));
};

/** Gives `work` a folder beside `path` with a tmpfs in it: half of the unpacking time is dpkg's writing to the disk. */
export const besides = async <T>(path: string, work: (folder: string) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(`${path}.`);
  await mkdir(join(folder, 'memory'));
  await execa('mount', ['-t', 'tmpfs', '-o', 'size=3G,mode=755', 'edgectl-lab', join(folder, 'memory')]);
  try {
    return await work(folder);
  } finally {
    await discard(folder);
  }
};

/** Makes root file systems of Debian's packages in such a folder; `what` is what they are called in messages. */
export const mmdebstrap = async (
  what: string,
  folder: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> => {
  const made = await execa('mmdebstrap', words, {
    env: { ...env, TMPDIR: join(folder, 'memory') },
    reject: false,
  });
  if (made.exitCode !== 0)
    throw new LabProblem(`mmdebstrap could not make ${what}:\n${made.stderr.slice(-2000)}`);
};

/** The packages that a file lists, one a line. */
export const packagesIn = async (file: string): Promise<readonly string[]> =>
  (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
