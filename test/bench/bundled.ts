import { symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { BUNDLED } from '../support/build/build.ts';

const ROOT = join(import.meta.dirname, '../..');

/**
 * Bundles a program of the bench into a folder, as edgectl is bundled, because a loader for TypeScript would count in what it
 * needs; what is not bundled it finds there. Gives the program's path.
 */
export const bundled = async (entry: string, folder: string): Promise<string> => {
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  await build({ ...BUNDLED, entryPoints: [entry], outdir: folder, outExtension: { '.js': '.mjs' } });
  return join(folder, `${basename(entry, '.ts')}.mjs`);
};
