import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { helperPrograms } from '../../support/build/helper.ts';
import { bundled } from '../bundled.ts';
import type { Programs } from './send-along.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** Compiles what the bench runs into a folder. */
export const makePrograms = async (folder: string): Promise<Programs> => {
  const relay = join(folder, 'node-helper');
  const programs = await helperPrograms(ROOT);
  const bytes = programs.get(`node-helper/node-helper-${process.arch === 'arm64' ? 'arm64' : 'amd64'}`);
  if (!bytes) throw new Error('the relay needs Go 1.24');
  await writeFile(relay, bytes, { mode: 0o755 });
  return { relay, driver: await bundled(join(import.meta.dirname, 'drive.ts'), folder) };
};
