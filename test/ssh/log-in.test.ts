import { execFileSync } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/adapters/ssh/connect.ts';
import type { ConnectOptions } from '../../src/adapters/ssh/options.ts';
import type { SshAccess } from '../../src/spec/cluster.ts';
import { freePort, makeKey, publicLine, type Sshd, startSshd } from './sshd.ts';
import { hostAt, line, options } from './to.ts';

let sshd: Sshd;
let folder: string;
beforeAll(async () => {
  sshd = await startSshd();
  folder = mkdtempSync(join(tmpdir(), 'edgectl-keys-'));
});
afterAll(async () => {
  await sshd.stop();
  rmSync(folder, { recursive: true });
});

const access = (more: SshAccess = {}): SshAccess => ({
  user: sshd.user,
  port: sshd.port,
  hostKey: sshd.hostKey('ed25519'),
  ...more,
});
const greeting = async (ssh: SshAccess, more: Partial<ConnectOptions> = {}) => {
  const shell = await connect(hostAt(ssh), options(more));
  const { stdout } = await shell.run(line('echo', 'hello'));
  await shell.close();
  return stdout;
};
const secrets = (passphrase: string) => ({ ...options().secrets, passphrase: async () => passphrase });

describe('a key file', () => {
  it.each([
    ['ed25519', [], ''],
    ['ecdsa', [], ''],
    ['rsa', [], ''],
    ['rsa', ['-m', 'PEM'], ''],
    ['ed25519', [], 'open sesame'],
    ['rsa', ['-m', 'PEM'], 'open sesame'],
  ] as const)('%s %j with the passphrase "%s" is let in', async (kind, more, phrase) => {
    const key = makeKey(join(folder, `${kind}-${more.length}-${phrase.length}`), kind, phrase, more);
    sshd.authorize(publicLine(key));
    expect(await greeting(access({ key }), { secrets: secrets(phrase) })).toBe('hello\n');
  });

  it('that is of no use is named, and its passphrase is not', async () => {
    const key = makeKey(join(folder, 'locked'), 'ed25519', 'right');
    sshd.authorize(publicLine(key));
    await expect(greeting(access({ key }), { secrets: secrets('wrong-phrase') })).rejects.toMatchObject({
      code: 'KEY_UNUSABLE',
      message: `${key}: the passphrase is wrong`,
      host: 'board-1',
      hint: expect.not.stringContaining('wrong-phrase'),
    });
    await expect(greeting(access({ key }))).rejects.toMatchObject({
      code: 'KEY_UNUSABLE',
      message: `${key}: is encrypted, and there is no passphrase`,
      hint: expect.stringContaining('EDGECTL_SSH_PASSPHRASE'),
    });
    const nonsense = join(folder, 'nonsense');
    writeFileSync(nonsense, 'this is no key');
    await expect(greeting(access({ key: nonsense }))).rejects.toMatchObject({
      code: 'KEY_UNUSABLE',
      message: `${nonsense}: not a private key of a known format`,
    });
    await expect(greeting(access({ key: `${key}.pub` }))).rejects.toMatchObject({
      message: `${key}.pub: is a public key`,
    });
    await expect(greeting(access({ key: join(folder, 'gone') }))).rejects.toMatchObject({
      message: `${join(folder, 'gone')}: there is no such file`,
    });
  });

  it('that the host does not know is refused with all that was tried', async () => {
    const key = makeKey(join(folder, 'stranger'), 'ed25519');
    await expect(greeting(access({ key }))).rejects.toMatchObject({
      code: 'HOST_AUTH_FAILED',
      message: expect.stringMatching(
        `^127.0.0.1:${sshd.port} refused the user ${sshd.user}; tried: key ${key}; it accepts: publickey`,
      ),
      host: 'board-1',
    });
    await expect(greeting(access({ key: sshd.clientKey, user: 'nobody-here' }))).rejects.toMatchObject({
      code: 'HOST_AUTH_FAILED',
      message: expect.stringContaining('refused the user nobody-here'),
    });
  });

  it('is found in ~/.ssh when nothing names one', async () => {
    const home = mkdtempSync(join(folder, 'home-'));
    execFileSync('mkdir', [join(home, '.ssh')]);
    copyFileSync(makeKey(join(folder, 'unused'), 'ecdsa'), join(home, '.ssh/id_ecdsa'));
    await expect(greeting(access(), { home })).rejects.toMatchObject({
      message: expect.stringContaining(`tried: key ${home}/.ssh/id_ecdsa;`),
    });
    copyFileSync(sshd.clientKey, join(home, '.ssh/id_ed25519'));
    expect(await greeting(access(), { home })).toBe('hello\n');
  });
});

describe('an SSH agent', () => {
  let agent: string;
  let pid: number;
  beforeAll(() => {
    agent = join(folder, 'agent');
    const said = execFileSync('ssh-agent', ['-a', agent], { encoding: 'utf8' });
    pid = Number(/SSH_AGENT_PID=(\d+)/.exec(said)?.[1]);
  });
  afterAll(() => process.kill(pid));
  const add = (key: string) =>
    execFileSync('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: agent } });

  it('is asked when no key is named, and stands in for a key whose passphrase nobody knows', async () => {
    await expect(greeting(access(), { agent })).rejects.toMatchObject({ code: 'HOST_AUTH_FAILED' });
    const key = join(folder, 'in-agent');
    makeKey(key, 'rsa');
    sshd.authorize(publicLine(key));
    add(key);
    expect(await greeting(access(), { agent })).toBe('hello\n');
    execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'forgotten', '-f', key]);
    expect(await greeting(access({ key }), { agent })).toBe('hello\n');
  });

  it('offers only the named keys with IdentitiesOnly', async () => {
    // Six wrong keys are the most that sshd bears.
    for (let i = 0; i < 7; i++) add(makeKey(join(folder, `crowd-${i}`), 'ecdsa'));
    const late = makeKey(join(folder, 'late'), 'ed25519');
    sshd.authorize(publicLine(late));
    add(late);
    const sshConfig = [`Host *\n IdentityFile ${late}.pub\n IdentitiesOnly yes`];
    expect(await greeting(access(), { agent, sshConfig })).toBe('hello\n');
    await expect(
      greeting(access(), { agent, sshConfig: [`Host *\n IdentityFile ${folder}/gone\n IdentitiesOnly yes`] }),
    ).rejects.toMatchObject({ code: 'HOST_AUTH_FAILED' });
  });

  it('that is gone does no harm', async () => {
    const gone = join(folder, 'no-agent');
    const home = mkdtempSync(join(folder, 'home-'));
    execFileSync('mkdir', [join(home, '.ssh')]);
    copyFileSync(sshd.clientKey, join(home, '.ssh/id_ed25519'));
    expect(await greeting(access(), { agent: gone, home })).toBe('hello\n');
  });
});

describe('~/.ssh/config', () => {
  it('names port, user and key', async () => {
    const sshConfig = [`Host 127.*\n Port ${sshd.port}\n User ${sshd.user}\n IdentityFile ${sshd.clientKey}`];
    expect(await greeting({ hostKey: sshd.hostKey('ed25519') }, { sshConfig })).toBe('hello\n');
  });

  it('leads through a jump host, whose key has to be known too', async () => {
    const gate = await startSshd();
    gate.authorize(publicLine(sshd.clientKey));
    const sshConfig = [
      `Host 127.0.0.1\n ProxyJump gate\nHost gate\n HostName 127.0.0.1\n Port ${gate.port}\nHost *\n User ${sshd.user}`,
    ];
    const known = join(folder, 'known_hosts');
    writeFileSync(known, '');
    const key = sshd.clientKey;
    const more = { sshConfig: [...sshConfig, `IdentityFile ${key}`], knownHosts: [known] };
    await expect(greeting(access({ key }), more)).rejects.toMatchObject({
      code: 'HOST_KEY_UNKNOWN',
      message: expect.stringContaining(`127.0.0.1:${gate.port}`),
    });
    appendFileSync(known, `[127.0.0.1]:${gate.port} ${gate.hostKey('ed25519')}\n`);
    expect(await greeting(access({ key }), more)).toBe('hello\n');
    await gate.stop();
  });
});

describe('a bastion', () => {
  it('is one connection for many hosts, and closes with the last of them', async () => {
    const gate = await startSshd(['ed25519'], 'LogLevel VERBOSE');
    gate.authorize(publicLine(sshd.clientKey));
    const bastion = {
      address: '127.0.0.1',
      port: gate.port,
      user: gate.user,
      hostKey: gate.hostKey('ed25519'),
    };
    const shared = options();
    const to = hostAt(access({ key: sshd.clientKey, bastion }));
    const shells = await Promise.all(Array.from({ length: 5 }, () => connect(to, shared)));
    const connections = () =>
      execFileSync('ss', ['-Htn', 'state', 'established', `( dport = :${gate.port} )`], { encoding: 'utf8' });
    expect(connections().trim().split('\n')).toHaveLength(1);
    await Promise.all(shells.slice(1).map((shell) => shell.close()));
    expect(await shells[0]?.run(line('echo', 'still here'))).toMatchObject({ stdout: 'still here\n' });
    await shells[0]?.close();
    await expect.poll(connections).toBe('');
    await gate.stop();
  });

  it('that cannot reach the host, or is not reached itself, is said', async () => {
    const gate = await startSshd();
    gate.authorize(publicLine(sshd.clientKey));
    const nobody = await freePort();
    const key = sshd.clientKey;
    const through = (port: number, gatePort: number) =>
      greeting(
        access({
          key,
          port,
          bastion: {
            address: '127.0.0.1',
            port: gatePort,
            user: gate.user,
            hostKey: gate.hostKey('ed25519'),
          },
        }),
      );
    await expect(through(nobody, gate.port)).rejects.toMatchObject({
      code: 'HOST_UNREACHABLE',
      message: `127.0.0.1:${nobody}: connection refused`,
    });
    await expect(through(sshd.port, nobody)).rejects.toMatchObject({
      code: 'HOST_UNREACHABLE',
      message: `127.0.0.1:${nobody}: connection refused`,
    });
    await gate.stop();
  });
});
