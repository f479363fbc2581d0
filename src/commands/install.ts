import { asRoot, cmd } from '../engine/command.ts';

/** Makes folders of root with a mode such as `0700`; one that is there gets the mode. */
export const makeFolders = (mode: string, ...paths: readonly string[]) =>
  asRoot(cmd('install', '-d', '-m', mode, ...paths));
