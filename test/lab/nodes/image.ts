import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../layout.ts';
import { withLock } from '../lock.ts';
import { podman, tryPodman } from '../podman.ts';
import { step } from '../progress.ts';
import { aptSources, hostSuite } from './apt-sources.ts';
import { besides, discardOld, mmdebstrap, OPTIONS, packagesIn } from './mmdebstrap.ts';

const recipe = join(import.meta.dirname, 'image');
const script = join(recipe, 'customize.sh');

/** The packages of a node; EDGECTL_LAB_PACKAGES (blank-separated) adds some, python3 for Ansible for instance. */
const packages = async () => {
  const more = (process.env['EDGECTL_LAB_PACKAGES'] ?? '').split(/\s+/);
  return [...(await packagesIn(join(recipe, 'packages.txt'))), ...more.filter((name) => name !== '')];
};

/** What changes the root file system changes this key; newer packages in the archive do not. */
const contentKey = async (suite: string) => {
  const parts = [
    suite,
    process.arch,
    (await packages()).join(' '),
    await readFile(script, 'utf8'),
    OPTIONS.join(' '),
  ];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
};

const bootstrap = (suite: string, tar: string) =>
  besides(tar, async (folder) => {
    const sources = join(folder, 'sources.list');
    await writeFile(sources, `${(await aptSources(suite)).join('\n')}\n`);
    const include = `--include=${(await packages()).join(',')}`;
    const part = join(folder, 'rootfs.tar');
    const words = [...OPTIONS, include, `--customize-hook=${script}`, suite, part, sources];
    await mmdebstrap("the nodes' root file system", folder, words);
    await rename(part, tar);
  });

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
    const tar = join(folder, 'rootfs.tar');
    await discardOld(tar);
    if (!(await isThere(tar)))
      await step(`building the nodes' root file system (${suite})`, () => bootstrap(suite, tar));
    await step('importing it into podman', () => podman('import', '--quiet', tar, image));
  });
  return image;
};
