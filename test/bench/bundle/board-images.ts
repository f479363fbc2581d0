import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../../lab/layout.ts';
import { withLock } from '../../lab/lock.ts';
import { aptSources, hostSuite } from '../../lab/nodes/apt-sources.ts';
import { besides, discardOld, mmdebstrap, OPTIONS, packagesIn } from '../../lab/nodes/mmdebstrap.ts';
import { say } from '../machine.ts';

const recipe = join(import.meta.dirname, 'board');
const script = join(recipe, 'pack-and-update.sh');
const lists = [
  join(recipe, 'packages.txt'),
  join(import.meta.dirname, '../../lab/nodes/image/packages.txt'),
] as const;

/** A board's root file system as Debian published it, with a few security updates, and with all of them; tar files. */
export type BoardImages = Readonly<Record<'before' | 'few' | 'many', string>>;

const make = async (suite: string, packages: readonly string[], updates: readonly string[], to: string) =>
  besides(to, async (folder) => {
    const at = (name: string) => join(folder, name);
    const sources = await aptSources(suite);
    // Without its updates the suite is what its last point release was.
    const released = sources.filter((line) => line.split(' ').includes(suite));
    await writeFile(at('released.list'), `${released.join('\n')}\n`);
    await writeFile(at('updated.list'), `${sources.join('\n')}\n`);
    await mkdir(at('out'));
    const words = [
      ...OPTIONS.filter((word) => !word.startsWith('--format')),
      '--format=null',
      `--include=${packages.join(',')}`,
      `--customize-hook=${script}`,
      suite,
      '-',
      at('released.list'),
    ];
    await mmdebstrap("the bench's boards", folder, words, {
      BOARD_OUT: at('out'),
      BOARD_SOURCES: at('updated.list'),
      BOARD_UPDATES: updates.join(' '),
    });
    await rename(at('out'), to);
  });

/** Makes them, or finds them in the cache, where they stay until their recipe changes. */
export const boardImages = async (): Promise<BoardImages> => {
  const suite = await hostSuite();
  const packages = (await Promise.all(lists.map(packagesIn))).flat();
  const updates = await packagesIn(join(recipe, 'updates.txt'));
  const parts = [
    suite,
    process.arch,
    ...packages,
    '',
    ...updates,
    await readFile(script, 'utf8'),
    ...OPTIONS,
  ];
  const key = createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
  const folder = join(cacheFolder(), 'boards', key);
  const images = join(folder, 'images');
  await withLock(`${folder}.lock`, 1800, async () => {
    await mkdir(folder, { recursive: true });
    await discardOld(images);
    const isThere = await access(images).then(
      () => true,
      () => false,
    );
    if (isThere) return;
    say(`security-update: boards of ${suite}, ${packages.length} packages and what they depend on`);
    await make(suite, packages, updates, images);
  });
  const tar = (name: string) => join(images, `${name}.tar`);
  return { before: tar('before'), few: tar('few'), many: tar('many') };
};
