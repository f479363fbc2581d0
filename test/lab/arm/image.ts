import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { cacheFolder } from '../layout.ts';
import { withLock } from '../lock.ts';
import { aptSources, hostSuite } from '../nodes/apt-sources.ts';
import { besides, discardOld, mmdebstrap, packagesIn } from '../nodes/mmdebstrap.ts';
import { step } from '../progress.ts';

/** What every emulated board starts from: paths of the kernel, of the common part of its initrd, and of a fresh disk. */
export type ArmImage = { readonly kernel: string; readonly initrd: string; readonly disk: string };

const recipe = join(import.meta.dirname, 'image');
const OPTIONS: readonly string[] = [
  ...['--mode=root', '--variant=minbase', '--format=directory', '--architectures=arm64', '--skip=check/qemu'],
  ...['--aptopt=Acquire::Languages "none"', '--dpkgopt=force-unsafe-io'],
];
const DISK_BYTES = 32 * 1024 ** 3;
const SHAPE = ['-t', 'ext4', '-L', 'root', '-O', '^metadata_csum', '-m', '0', '-i', '65536', '-J', 'size=32'];

const contentKey = async (suite: string) => {
  const hash = createHash('sha256').update([suite, ...OPTIONS, ...SHAPE].join('\n'));
  for (const file of (await readdir(recipe)).sort()) hash.update(await readFile(join(recipe, file)));
  return hash.digest('hex').slice(0, 16);
};

const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** Lets this machine's kernel start arm64 programs, for the scripts of the packages. */
const registerEmulator = async () => {
  if (process.arch === 'arm64') return;
  const formats = '/proc/sys/fs/binfmt_misc';
  if (!(await isThere(join(formats, 'register'))))
    await execa('mount', ['-t', 'binfmt_misc', 'binfmt_misc', formats]);
  if (await isThere(join(formats, 'qemu-aarch64'))) return;
  // A machine without systemd has nobody who reads this folder.
  await writeFile(join(formats, 'register'), await readFile('/usr/lib/binfmt.d/qemu-aarch64.conf'));
};

const hook = (when: string, script: string) => `--${when}-hook=${join(recipe, script)}`;

const build = (suite: string, path: string) =>
  besides(path, async (work) => {
    await registerEmulator();
    const sources = join(work, 'sources.list');
    await writeFile(sources, `${(await aptSources(suite)).join('\n')}\n`);
    const packages = (await packagesIn(join(recipe, 'packages.txt'))).join(',');
    const made = join(work, 'made');
    await mkdir(made);
    const root = join(work, 'memory', 'root');
    const hooks = [
      hook('essential', 'before.sh'),
      hook('customize', 'after.sh'),
      hook('customize', 'kernel.sh'),
    ];
    const words = [...OPTIONS, `--include=${packages}`, ...hooks, suite, root, sources];
    await mmdebstrap("the boards' root file system", work, words, { KERNEL_OUT: made });
    const disk = join(made, 'disk.raw');
    await execa('truncate', ['--size', `${DISK_BYTES}`, disk]);
    await execa('mke2fs', ['-q', ...SHAPE, '-E', 'lazy_itable_init=1,nodiscard', '-d', root, disk]);
    await rename(made, path);
  });

/** The image of the emulated boards, from the cache; made of Debian's packages if need be, in about two minutes. */
export const armImage = async (): Promise<ArmImage> => {
  const suite = await hostSuite();
  const folder = join(cacheFolder(), 'arm', await contentKey(suite));
  const made = join(folder, 'made');
  if (!(await isThere(made)))
    await withLock(`${folder}.lock`, 1800, async () => {
      if (await isThere(made)) return;
      await mkdir(folder, { recursive: true });
      await discardOld(made);
      await step(`building the emulated boards' disk and kernel (${suite}, arm64)`, () => build(suite, made));
    });
  const at = (file: string) => join(made, file);
  return { kernel: at('Image'), initrd: at('initrd'), disk: at('disk.raw') };
};
