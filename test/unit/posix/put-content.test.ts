import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PUT_CONTENT } from '../../../src/adapters/posix/put-script.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'put-content-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const words = () => ['-c', PUT_CONTENT, 'sh', join(folder, 'unit'), '.unit.b.edgectl-part', '0644', ''];

it('leaves nothing when whoever wanted the file dies before it has come', async () => {
  const shell = spawn('sh', words(), { stdio: ['pipe', 'pipe', 'ignore'] });
  // As when a connection ends: nobody reads any more, and the input is over.
  shell.stdout.destroy();
  shell.stdin.end(`${'0'.repeat(64)}\n`);
  await once(shell, 'exit');
  expect(readdirSync(folder)).toEqual([]);
});

it('takes away what a power cut left of the file', async () => {
  writeFileSync(join(folder, '.unit.a.edgectl-part'), 'half');
  writeFileSync(join(folder, '.other.a.edgectl-part'), 'half');
  const shell = spawn('sh', words(), { stdio: ['pipe', 'ignore', 'ignore'] });
  shell.stdin.end('2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae\nfoo');
  await once(shell, 'exit');
  expect(readdirSync(folder).sort()).toEqual(['.other.a.edgectl-part', 'unit']);
});
