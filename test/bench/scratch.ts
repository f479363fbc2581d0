import { rm } from 'node:fs/promises';

/** Does work that leaves folders behind, and removes those that it names. */
export const scratch = async <T>(work: (keep: (folder: string) => void) => Promise<T>): Promise<T> => {
  const folders: string[] = [];
  try {
    return await work((folder) => folders.push(folder));
  } finally {
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  }
};
