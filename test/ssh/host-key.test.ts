import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/adapters/ssh/connect.ts';
import type { ConnectOptions } from '../../src/adapters/ssh/options.ts';
import { sshScanner } from '../../src/adapters/ssh/scanner.ts';
import { fingerprintOf, makeKey, publicLine, type Sshd, startSshd } from './sshd.ts';
import { hostAt, line, options } from './to.ts';

let sshd: Sshd;
let folder: string;
let other: string;
beforeAll(async () => {
  sshd = await startSshd(['ed25519', 'ecdsa', 'rsa']);
  folder = mkdtempSync(join(tmpdir(), 'edgectl-known-'));
  other = makeKey(join(folder, 'other'), 'ed25519');
});
afterAll(async () => {
  await sshd.stop();
  rmSync(folder, { recursive: true });
});

const own = (kind: 'ed25519' | 'ecdsa' | 'rsa') => fingerprintOf(join(sshd.folder, `host_${kind}`));
const enter = async (hostKey: string | undefined, more: Partial<ConnectOptions> = {}, port = sshd.port) => {
  const pin = hostKey === undefined ? {} : { hostKey };
  const shell = await connect(hostAt({ user: sshd.user, port, key: sshd.clientKey, ...pin }), options(more));
  const { code } = await shell.run(line('true'));
  await shell.close();
  return code;
};
const known = (text: string) => {
  const path = join(mkdtempSync(join(folder, 'kh-')), 'known_hosts');
  writeFileSync(path, text);
  return { knownHosts: [path] };
};

describe('a key pinned in cluster.yaml', () => {
  it.each(['ed25519', 'ecdsa', 'rsa'] as const)(
    '%s is right as a whole line and as a fingerprint',
    async (kind) => {
      expect(await enter(`${sshd.hostKey(kind)} comment`)).toBe(0);
      expect(await enter(own(kind))).toBe(0);
    },
  );

  it('counts more than a known_hosts file', async () => {
    expect(await enter(own('ed25519'), known(`[127.0.0.1]:${sshd.port} ${publicLine(other)}`))).toBe(0);
  });

  it('that changed is refused with both fingerprints', async () => {
    const expected = fingerprintOf(other);
    const refusal = {
      code: 'HOST_KEY_CHANGED',
      message: `127.0.0.1:${sshd.port} shows the host key ${own('ed25519')} (ssh-ed25519), expected ${expected} (hostKey in cluster.yaml)`,
      host: 'board-1',
    };
    await expect(enter(publicLine(other), { acceptNewHostKeys: true })).rejects.toMatchObject(refusal);
    await expect(enter(expected, { acceptNewHostKeys: true })).rejects.toMatchObject(refusal);
  });

  it('of a type that the host has no more is refused with both fingerprints', async () => {
    const few = await startSshd(['ecdsa']);
    const shown = fingerprintOf(join(few.folder, 'host_ecdsa'));
    await expect(enter(publicLine(other), {}, few.port)).rejects.toMatchObject({
      code: 'HOST_KEY_CHANGED',
      message: `127.0.0.1:${few.port} shows the host key ${shown} (ecdsa-sha2-nistp256), expected ${fingerprintOf(other)} (hostKey in cluster.yaml)`,
    });
    await few.stop();
  });
});

describe('a known_hosts file', () => {
  it('lets a host in that it knows, by the type that it knows', async () => {
    expect(await enter(undefined, known(`[127.0.0.1]:${sshd.port} ${sshd.hostKey('rsa')}\n`))).toBe(0);
  });

  it('with another key refuses, naming the line', async () => {
    const files = known(`# mine\n[127.0.0.*]:${sshd.port} ${publicLine(other)}\n`);
    await expect(enter(undefined, { ...files, acceptNewHostKeys: true })).rejects.toMatchObject({
      code: 'HOST_KEY_CHANGED',
      message: expect.stringContaining(`expected ${fingerprintOf(other)} (${files.knownHosts[0]}:2)`),
    });
  });

  it('with a revoked key refuses', async () => {
    await expect(enter(undefined, known(`@revoked * ${sshd.hostKey('ed25519')}`))).rejects.toMatchObject({
      code: 'HOST_KEY_CHANGED',
      message: expect.stringContaining('marks as revoked'),
    });
  });

  it('that knows nothing refuses, and says what to do', async () => {
    await expect(enter(undefined, { knownHosts: [join(folder, 'missing')] })).rejects.toMatchObject({
      code: 'HOST_KEY_UNKNOWN',
      message: `127.0.0.1:${sshd.port} shows the host key ${own('ed25519')} (ssh-ed25519), and nothing says that it is right`,
      host: 'board-1',
      hint: expect.stringMatching(/edgectl discover 127\.0\.0\.1.*--accept-new-host-keys/),
    });
  });

  it('gets a new key when that is asked for, once, and only from a host that has it', async () => {
    const files = known('');
    const path = files.knownHosts[0] ?? '';
    const record = async (text: string) => writeFileSync(path, `${text}\n`, { flag: 'a' });
    const accepting = options({ ...files, record, acceptNewHostKeys: true });
    const to = hostAt({ user: sshd.user, port: sshd.port, key: sshd.clientKey });
    await (await connect(to, accepting)).close();
    await (await connect(to, accepting)).close();
    expect(readFileSync(path, 'utf8')).toBe(`[127.0.0.1]:${sshd.port} ${sshd.hostKey('ed25519')}\n`);
    expect(await enter(undefined, files)).toBe(0);
  });
});

it('discovery finds the servers and their best keys, and nothing where there is none', async () => {
  const found = await sshScanner.scan(['127.0.0.2', '127.0.0.1', '127.0.0.3'], sshd.port);
  expect(found).toEqual([
    {
      address: '127.0.0.1',
      port: sshd.port,
      hostKey: sshd.hostKey('ed25519'),
      fingerprint: own('ed25519'),
      banner: expect.stringMatching(/^SSH-2\.0-OpenSSH_/),
    },
  ]);
});
