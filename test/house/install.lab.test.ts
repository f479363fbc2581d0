import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const folder = mkdtempSync(join(tmpdir(), 'edgectl-install-'));
const installed = join(folder, 'lib/node_modules/edgectl');

/** Runs the installed edgectl from a folder that has nothing to do with it. */
const edgectl = (...words: readonly string[]) =>
  execa(join(folder, 'bin/edgectl'), words, { cwd: '/', reject: false });

// It installs from the package registry, which the quick ring may not.
beforeAll(async () => {
  await execa('npm', ['pack', '--pack-destination', folder], { cwd: root });
  const tarball = join(folder, `edgectl-${version}.tgz`);
  await execa('npm', ['install', '--global', '--prefix', folder, tarball], { cwd: folder });
});

afterAll(() => rmSync(folder, { recursive: true }));

it('runs from any folder', async () => {
  expect(await edgectl('--version')).toMatchObject({ exitCode: 0, stdout: version });
  expect(await edgectl('--help')).toMatchObject({ exitCode: 0, stderr: '' });
  expect((await edgectl('completion', 'bash')).stdout).toContain('complete -F _edgectl edgectl');
});

it('finds its playbooks', async () => {
  const { exitCode, stderr } = await edgectl('plan', '-f', 'nowhere.yaml');
  expect(stderr).toContain('nowhere.yaml');
  expect(exitCode).toBe(2);
  expect(existsSync(join(installed, 'playbooks/init.yaml'))).toBe(true);
});

it('brings what it needs to run, and no more', () => {
  for (const there of ['dist/cli/main.js', 'LICENSE', 'README.md', 'node_modules/ssh2'])
    expect(existsSync(join(installed, there)), there).toBe(true);
  for (const absent of ['src', 'test', 'fixtures', 'node_modules/typescript', 'node_modules/vitest'])
    expect(existsSync(join(installed, absent)), absent).toBe(false);
});
