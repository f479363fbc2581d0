import { mkdir, rename, stat, truncate, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { execa } from 'execa';

/** How big a node's /var/lib/rancher looks; the file behind it is sparse. */
const bytes = 32 * 1024 ** 3;

/** Makes the file that holds a node's own ext4 for /var/lib/rancher, unless it is there. */
export const ensureDisk = async (file: string): Promise<void> => {
  if (await stat(file).catch(() => undefined)) return;
  await mkdir(dirname(file), { recursive: true });
  const part = `${file}.part`;
  await writeFile(part, '');
  await truncate(part, bytes);
  // No block is kept for root, so that a full disk is full for k3s too; few inodes and a small journal keep the file small.
  const shape = ['-m', '0', '-i', '65536', '-J', 'size=32', '-E', 'lazy_itable_init=1,nodiscard'];
  await execa('mkfs.ext4', ['-q', ...shape, part]);
  await rename(part, file);
};
