import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askCommands } from '../../src/actions/ask-commands.ts';
import { connect } from '../../src/adapters/ssh/connect.ts';
import { packedHelpers } from '../../src/cli/helpers.ts';
import type { Command } from '../../src/engine/command.ts';
import { asksOf } from '../../src/engine/fact.ts';
import { fsync } from '../../src/facts/fsync.ts';
import type { Programs } from '../../src/ports/programs.ts';
import type { Line, Shell } from '../../src/ports/shell.ts';
import { type Arch, archOf } from '../../src/support/arch.ts';
import { helperPrograms } from '../support/build/helper.ts';
import { type Sshd, startSshd } from './sshd.ts';
import { hostAt, options } from './to.ts';

// The disk of this machine, measured over a real sshd by the real program, which is brought there with the question.
const root = fileURLToPath(new URL('../../', import.meta.url));
const own = archOf(execFileSync('uname', ['-m'], { encoding: 'utf8' }).trim()) ?? 'amd64';

let sshd: Sshd;
let shell: Shell;
let built: ReadonlyMap<string, Uint8Array>;

beforeAll(async () => {
  [sshd, built] = await Promise.all([startSshd(), helperPrograms(root)]);
  const { user, port, clientKey } = sshd;
  shell = await connect(hostAt({ user, port, key: clientKey, hostKey: sshd.hostKey('ed25519') }), options());
});
afterAll(async () => {
  await shell.close();
  await sshd.stop();
});

const line = ({ parts, root: isRoot = false, within = 60 }: Command): Line => ({
  argv: parts,
  root: isRoot,
  withinMs: within * 1000,
});
const packed = (arch: Arch): Uint8Array =>
  gzipSync(built.get(`node-helper/node-helper-${arch}`) ?? Buffer.alloc(0));
const measured = async (programs: Programs) => {
  const asks = asksOf(fsync, `test-${process.pid}`) as readonly Command[];
  return fsync.parse((await askCommands(shell, asks, { line, programs })).at(-1) ?? '');
};

const left = () => ({
  files: ['/var/lib', '/var/lib/rancher', '/run', '/dev/shm'].flatMap((folder) => {
    try {
      return readdirSync(folder).filter((name) => /edgectl-.*fsync|node-helper/.test(name));
    } catch {
      return [];
    }
  }),
  mounts: readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .filter((mount) => mount.startsWith('edgectl ')),
});

describe('a machine that is no container', () => {
  it('is measured by node-helper, which is nowhere afterwards', async () => {
    const found = await measured({ packed: async (arch) => packed(arch) });
    expect(found).toMatchObject({ by: 'node-helper', p99: expect.any(Number) });
    expect(found !== 'absent' && found.writes).toBeGreaterThanOrEqual(20);
    expect(left()).toEqual({ files: [], mounts: [] });
  });

  it.each([
    ['there is no program', async () => undefined],
    ['the program refuses', async () => gzipSync('#!/bin/sh\nexit 2\n')],
    ['half of the program comes', async () => packed(own).subarray(0, 100_000)],
    ['what comes is no program', async () => Buffer.from('no gzip')],
  ])('is measured by dd where %s', async (_, program) => {
    expect(await measured({ packed: program })).toMatchObject({ by: 'dd' });
    expect(left()).toEqual({ files: [], mounts: [] });
  });

  it('keeps nothing but the file where everything is killed in the middle, and the next run sweeps that', async () => {
    const { user, port, clientKey } = sshd;
    const hostKey = sshd.hostKey('ed25519');
    const doomed = await connect(hostAt({ user, port, key: clientKey, hostKey }), options());
    const [, ask] = asksOf(fsync, `cut-${process.pid}`) as readonly Command[];
    const slow = gzipSync('#!/bin/sh\n: > "$2"\nexec sleep 30\n');
    const asked = doomed.ask([{ ...line(ask as Command), bytes: slow }]);
    asked.catch(() => {});
    const file = `.edgectl-cut-${process.pid}-fsync`;
    await expect.poll(() => left().files, { timeout: 10_000 }).toEqual([file]);
    await sshd.cut();
    await expect(asked).rejects.toMatchObject({ code: 'HOST_DISCONNECTED' });
    expect(left()).toEqual({ files: [file], mounts: [] });
    await doomed.close();
    await shell.close();
    shell = await connect(hostAt({ user, port, key: clientKey, hostKey }), options());
    expect(await measured({ packed: async (arch) => packed(arch) })).toMatchObject({ by: 'node-helper' });
    expect(left()).toEqual({ files: [], mounts: [] });
  });
});

it('each program is packed once, and read from where the build has it', async () => {
  const path = new URL('../../package.json', import.meta.url).pathname;
  const content = readFileSync(path);
  const programs = packedHelpers((arch) =>
    arch === 'arm64' ? { path, size: content.length, sha256: '' } : undefined,
  );
  expect(gunzipSync((await programs.packed('arm64')) ?? Buffer.alloc(0))).toEqual(content);
  expect(programs.packed('arm64')).toBe(programs.packed('arm64'));
  expect(await programs.packed('amd64')).toBeUndefined();
});
