import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { raiseInotify } from './preflight.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edgectl-inotify-'));
  await writeFile(join(folder, 'max_user_instances'), '128\n');
  await writeFile(join(folder, 'max_user_watches'), '2000000\n');
});
afterAll(() => rm(folder, { recursive: true }));

it('says which limit is too low when it may not raise it', async () => {
  const refused = () => Promise.reject(new Error('EACCES'));
  await expect(raiseInotify(folder, refused)).rejects.toThrow(
    "fs.inotify.max_user_instances is 128, a lab's nodes need 8192 together, and this process may not raise it: " +
      'run "sysctl -w fs.inotify.max_user_instances=8192" on the machine itself',
  );
});

it('raises a limit that is too low and leaves one that is high enough', async () => {
  await raiseInotify(folder);
  expect(await readFile(join(folder, 'max_user_instances'), 'utf8')).toBe('8192\n');
  expect(await readFile(join(folder, 'max_user_watches'), 'utf8')).toBe('2000000\n');
});
