import { asRoot, type Command, cmd } from '../engine/command.ts';

/** Has everything that was done on the file system of a folder outlast a power cut. */
export const syncAround = (folder: string): Command => asRoot(cmd('sync', '-f', folder));
