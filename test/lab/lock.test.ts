import { mkdtemp, readlink, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withLock } from './lock.ts';
import { processNow } from './processes.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edgectl-lock-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('lets one work after the other', async () => {
  const file = join(folder, 'one');
  const seen: string[] = [];
  const work = (name: string) => async () => {
    seen.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve, 60));
    seen.push(`${name} ends`);
  };
  await Promise.all([withLock(file, 5, work('a')), withLock(file, 5, work('b'))]);
  expect(seen.map((line) => line.slice(2))).toEqual(['begins', 'ends', 'begins', 'ends']);
});

it('is taken over from a process that is gone, even where its number is in use again', async () => {
  const file = join(folder, 'two');
  await symlink(JSON.stringify({ pid: process.pid, started: '1' }), file);
  expect(await withLock(file, 0.1, async () => 'done')).toBe('done');
  await expect(readlink(file)).rejects.toThrow('ENOENT');
});

it('names the holder it waited for in vain, and is given back after a failure', async () => {
  const file = join(folder, 'three');
  await symlink(JSON.stringify(await processNow(process.pid)), file);
  await expect(withLock(file, 0.1, async () => 'done')).rejects.toThrow(
    `held by process ${process.pid} after 0.1 s`,
  );
  await rm(file);
  await expect(withLock(file, 1, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await withLock(file, 0.1, async () => 'done')).toBe('done');
});
