import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { archive } from '../support/release/archive.ts';
import { launcher } from '../support/release/launcher.ts';
import { NODE } from '../support/release/pins.ts';

const folder = mkdtempSync(join(tmpdir(), 'edgectl-release-'));
afterAll(() => rmSync(folder, { recursive: true }));

const put = (path: string, content: string, mode = 0o644): string => {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  chmodSync(file, mode);
  return file;
};

it('pins a Node that edgectl runs on', () => {
  const { engines } = JSON.parse(
    readFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8'),
  );
  const [major = 0, minor = 0] = NODE.split('.').map(Number);
  const [least = 0, leastMinor = 0] = engines.node.replace('>=', '').split('.').map(Number);
  expect(major > least || (major === least && minor >= leastMinor)).toBe(true);
});

describe('the launcher', () => {
  const home = 'opt/a release';
  const main = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))';
  const words = ["it's", 'two words', '$HOME', ''];
  const program = put(`${home}/bin/edgectl`, launcher('amd64', process.execPath), 0o755);
  put(`${home}/dist/cli/main.js`, main);
  mkdirSync(join(folder, home, 'runtime'));
  symlinkSync(process.execPath, join(folder, home, 'runtime/node'));
  mkdirSync(join(folder, 'links'));
  symlinkSync('../opt/a release/bin/edgectl', join(folder, 'links/relative'));
  symlinkSync(join(folder, 'links/relative'), join(folder, 'links/edgectl'));

  it.each([
    ['itself', program, '/'],
    ['a link to a relative link', join(folder, 'links/edgectl'), '/'],
    ['its own folder', './edgectl', dirname(program)],
  ])('runs what lies beside it, by %s', async (_, path, cwd) => {
    const { stdout } = await execa(path, words, { cwd, env: { CDPATH: folder } });
    expect(JSON.parse(stdout)).toEqual([join(folder, home, 'dist/cli/main.js'), ...words]);
  });

  it('is found in PATH', async () => {
    const { stdout } = await execa('edgectl', words, {
      env: { PATH: `${folder}/links:${process.env['PATH']}` },
    });
    expect(JSON.parse(stdout).slice(1)).toEqual(words);
  });

  it('says which machine it is for on another', async () => {
    const other = put('other/bin/edgectl', launcher('arm64', '/lib/no-such-loader'), 0o755);
    expect(await execa(other, { reject: false })).toMatchObject({
      exitCode: 2,
      stderr: 'edgectl: this release is for linux-arm64 with glibc 2.28 or newer.',
    });
  });
});

describe('the archive', () => {
  const members = [
    { path: 'e/run', content: Buffer.from('run'), executable: true },
    { path: 'e/b/text', content: Buffer.from('t'.repeat(513)) },
    { path: 'e/a', content: Buffer.alloc(0) },
  ];

  it('is the same whatever the order of its files', async () => {
    expect(await archive(members)).toEqual(await archive(members.toReversed()));
  });

  it('has folders, modes, owner and time that tar reads', async () => {
    writeFileSync(join(folder, 'e.tar.gz'), await archive(members));
    const { stdout, stderr } = await execa('tar', ['tzvf', 'e.tar.gz', '--numeric-owner'], {
      cwd: folder,
      env: { TZ: 'UTC' },
    });
    expect(stderr).toBe('');
    const rows = stdout.split('\n').map((line) => line.split(/\s+/));
    expect(rows.map(([mode, owner, size, , , path]) => [mode, owner, size, path])).toEqual([
      ['drwxr-xr-x', '0/0', '0', 'e/'],
      ['-rw-r--r--', '0/0', '0', 'e/a'],
      ['drwxr-xr-x', '0/0', '0', 'e/b/'],
      ['-rw-r--r--', '0/0', '513', 'e/b/text'],
      ['-rwxr-xr-x', '0/0', '3', 'e/run'],
    ]);
    expect(new Set(rows.map(([, , , day]) => day))).toEqual(new Set(['1980-01-01']));
  });

  it('refuses a path that plain tar has no room for', async () => {
    const path = `${'long'.repeat(30)}/${'long'.repeat(30)}`;
    await expect(archive([{ path, content: Buffer.alloc(1) }])).rejects.toThrow('too long');
  });
});
