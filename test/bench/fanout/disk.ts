import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { execa } from 'execa';

const BYTES = 2 ** 30;

/** A file system made anew, because ext4 is slower where many files were deleted before. */
export interface Disk {
  readonly close: () => Promise<void>;
}

/** Makes an ext4 in a file and mounts it on a folder. */
export const openDisk = async (file: string, folder: string): Promise<Disk> => {
  await writeFile(file, '');
  await truncate(file, BYTES);
  // Everything is written now, so that the kernel does not do it beside the measurement.
  await execa('mkfs.ext4', ['-q', '-E', 'lazy_itable_init=0,lazy_journal_init=0', file]);
  await mkdir(folder, { recursive: true });
  await execa('mount', ['-o', 'loop', file, folder]);
  return { close: async () => void (await execa('umount', [folder])) };
};
