import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { LabProblem } from '../lab-problem.ts';
import { cacheFolder } from '../layout.ts';
import { withLock } from '../lock.ts';
import { podman, tryPodman } from '../podman.ts';
import { step } from '../progress.ts';
import { aptSources, hostSuite } from './apt-sources.ts';

const recipe = join(import.meta.dirname, 'image');
const script = join(recipe, 'customize.sh');

/** The packages of a node; EDGECTL_LAB_PACKAGES (blank-separated) adds some, python3 for Ansible for instance. */
const packages = async () => {
  const lines = (await readFile(join(recipe, 'packages.txt'), 'utf8')).split('\n');
  const more = (process.env['EDGECTL_LAB_PACKAGES'] ?? '').split(/\s+/);
  return [...lines.filter((line) => !line.startsWith('#')), ...more].filter((line) => line !== '');
};

const options = [
  '--mode=root',
  '--variant=minbase',
  '--format=tar',
  '--aptopt=Acquire::Languages "none"',
  '--dpkgopt=force-unsafe-io',
];

/** What changes the root file system changes this key; newer packages in the archive do not. */
const contentKey = async (suite: string) => {
  const parts = [
    suite,
    process.arch,
    (await packages()).join(' '),
    await readFile(script, 'utf8'),
    options.join(' '),
  ];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
};

/** Removes a folder of work; lazily, so that a tmpfs with mounts in it goes whole, and never across a mount. */
const discard = async (folder: string) => {
  await execa('umount', ['--lazy', join(folder, 'memory')], { reject: false });
  await execa('rm', ['-rf', '--one-file-system', folder], { reject: false });
};

/** What a build that was killed left behind; whoever calls it holds the build's lock. */
const discardOld = async (folder: string) => {
  const entries = await readdir(folder);
  for (const entry of entries.filter((name) => name.startsWith('rootfs.tar.')))
    await discard(join(folder, entry));
};

const bootstrap = async (suite: string, tar: string) => {
  const folder = await mkdtemp(`${tar}.`);
  const sources = join(folder, 'sources.list');
  await writeFile(sources, `${(await aptSources(suite)).join('\n')}\n`);
  const include = `--include=${(await packages()).join(',')}`;
  const part = join(folder, 'rootfs.tar');
  // Half of the unpacking time is dpkg's writing to the disk: a tmpfs spares it.
  await mkdir(join(folder, 'memory'));
  await execa('mount', ['-t', 'tmpfs', '-o', 'size=3G,mode=755', 'edgectl-lab', join(folder, 'memory')]);
  try {
    const argv = [...options, include, `--customize-hook=${script}`, suite, part, sources];
    const made = await execa('mmdebstrap', argv, { env: { TMPDIR: join(folder, 'memory') }, reject: false });
    if (made.exitCode !== 0)
      throw new LabProblem(
        `mmdebstrap could not make the nodes' root file system:\n${made.stderr.slice(-2000)}`,
      );
    await rename(part, tar);
  } finally {
    await discard(folder);
  }
};

const isThere = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );

/** The name of the nodes' image in podman's store; makes it from Debian's packages, or from the cache, if need be. */
export const nodeImage = async (): Promise<string> => {
  const suite = await hostSuite();
  const key = await contentKey(suite);
  const image = `localhost/edgectl-node:${key}`;
  const exists = async () => (await tryPodman(['image', 'exists', image])).exitCode === 0;
  if (await exists()) return image;
  const folder = join(cacheFolder(), 'nodes', key);
  await withLock(`${folder}.lock`, 1800, async () => {
    if (await exists()) return;
    await mkdir(folder, { recursive: true });
    await discardOld(folder);
    const tar = join(folder, 'rootfs.tar');
    if (!(await isThere(tar)))
      await step(`building the nodes' root file system (${suite})`, () => bootstrap(suite, tar));
    await step('importing it into podman', () => podman('import', '--quiet', tar, image));
  });
  return image;
};
