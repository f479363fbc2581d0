import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { SigningKey } from './signing.ts';

/** The control fields of a package to build, by their names; Package, Version and Architecture are needed. */
export type Control = Readonly<Record<'Package' | 'Version' | 'Architecture', string>> &
  Readonly<Record<string, string>>;

/** How a package is packed, and what it holds besides. */
interface Build {
  /** As dpkg-deb calls it; absent: as this machine's does by itself. */
  readonly packing?: string;
  readonly files?: Readonly<Record<string, string>>;
  /** Programs by their paths in the package: files of this machine. */
  readonly programs?: Readonly<Record<string, string>>;
}

/** Builds a package with dpkg-deb into a pool; it holds one file, named after it, and those asked for. */
export const buildDeb = async (
  pool: string,
  control: Control,
  { packing, files = {}, programs = {} }: Build = {},
): Promise<string> => {
  const work = await mkdtemp(join(tmpdir(), 'edgectl-deb-'));
  const { Package, Version, Architecture } = control;
  const fields = { Maintainer: 'edgectl <test@example.org>', Description: `test ${Package}`, ...control };
  await mkdir(join(work, 'DEBIAN'));
  await writeFile(
    join(work, 'DEBIAN/control'),
    Object.entries(fields)
      .map(([name, value]) => `${name}: ${value}\n`)
      .join(''),
  );
  await mkdir(join(work, 'usr/share', Package), { recursive: true });
  await writeFile(join(work, 'usr/share', Package, 'version'), `${Version} ${Architecture}\n`);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(work, dirname(path)), { recursive: true });
    await writeFile(join(work, path), content);
  }
  for (const [path, from] of Object.entries(programs)) {
    await mkdir(join(work, dirname(path)), { recursive: true });
    await copyFile(from, join(work, path));
    await chmod(join(work, path), 0o755);
  }
  const file = join(pool, `${Package}_${Version.replace(/^\d+:/, '')}_${Architecture}.deb`);
  await mkdir(pool, { recursive: true });
  await execa('dpkg-deb', [
    ...(packing ? [`-Z${packing}`] : []),
    '--build',
    '--root-owner-group',
    work,
    file,
  ]);
  await rm(work, { recursive: true });
  return file;
};

/** How an archive is published. `fields` are more fields of its Release. */
export interface Publish {
  readonly key: SigningKey;
  readonly suite?: string;
  readonly packings?: readonly ('gz' | 'xz')[];
  readonly byHash?: boolean;
  readonly detached?: boolean;
  readonly fields?: Readonly<Record<string, string>>;
}

const pack = async (path: string, packings: readonly string[]) => {
  if (packings.includes('gz')) await execa('gzip', ['--keep', '--no-name', '--force', path]);
  if (packings.includes('xz')) await execa('xz', ['--keep', '--force', path]);
};

const release = async (
  folder: string,
  { key, detached = false }: Publish,
  fields: Record<string, string>,
) => {
  for (const old of ['Release', 'InRelease', 'Release.gpg']) await rm(join(folder, old), { force: true });
  const { stdout } = await execa('apt-ftparchive', ['release', '.'], { cwd: folder });
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\n`);
  await writeFile(join(folder, 'Release'), `${head.join('')}${stdout}\n`);
  await key.sign(folder, { detached });
};

/** Writes the indexes and the signed release of an archive whose packages lie in `root`/pool/main. */
export const publish = async (root: string, of: Publish): Promise<void> => {
  const { suite = 'test', packings = ['gz'], byHash = true } = of;
  const folder = join(root, 'dists', suite);
  await rm(folder, { recursive: true, force: true });
  for (const arch of ['amd64', 'arm64']) {
    const at = join(folder, `main/binary-${arch}`);
    await mkdir(at, { recursive: true });
    const { stdout } = await execa('apt-ftparchive', ['--arch', arch, 'packages', 'pool/main'], {
      cwd: root,
    });
    await writeFile(join(at, 'Packages'), `${stdout}\n`);
    await pack(join(at, 'Packages'), packings);
    await mkdir(join(at, 'by-hash/SHA256'), { recursive: true });
    for (const packing of packings) {
      const file = join(at, `Packages.${packing}`);
      const sha256 = createHash('sha256')
        .update(await readFile(file))
        .digest('hex');
      if (byHash) await copyFile(file, join(at, 'by-hash/SHA256', sha256));
    }
  }
  await release(folder, of, {
    Origin: 'Edgectl Test',
    Suite: suite,
    Codename: suite,
    Architectures: 'amd64 arm64',
    Components: 'main',
    ...(byHash ? { 'Acquire-By-Hash': 'yes' } : {}),
    ...of.fields,
  });
  // As Debian does: the release names the plain index, and only packed ones are served.
  for (const arch of ['amd64', 'arm64']) await rm(join(folder, `main/binary-${arch}/Packages`));
};

/** The same for a flat archive: packages, index and release lie in one folder, as NVIDIA has it. */
export const publishFlat = async (root: string, of: Publish): Promise<void> => {
  const { stdout } = await execa('apt-ftparchive', ['packages', '.'], { cwd: root });
  await writeFile(join(root, 'Packages'), `${stdout}\n`);
  await pack(join(root, 'Packages'), of.packings ?? ['gz']);
  await release(root, of, { Origin: 'Edgectl Flat', Architectures: 'amd64 arm64', ...of.fields });
};
