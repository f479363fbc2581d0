import type { Machine } from './machine.ts';

/** What `stat` prints of a file in the format of the list of placed content: it changes whenever the file is touched. */
export const stampOf = ({ disk }: Machine, path: string): string | undefined => {
  const entry = disk.files.get(path);
  return entry && `${entry.content.length} ${entry.inode} ${entry.touched} ${entry.touched}`;
};
