import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/adapters/ssh/connect.ts';
import type { ConnectOptions } from '../../src/adapters/ssh/options.ts';
import type { Line, Shell } from '../../src/ports/shell.ts';
import { execOn, type LabSummary, labDown, ringLab, users } from '../lab/lab.ts';
import { hostAt, line, options } from './to.ts';

let lab: LabSummary;
let node: LabSummary['nodes'][number];
let hostKey: string;
let folder: string;
beforeAll(async () => {
  lab = await ringLab('ssh', { boards: 0, k3s: false });
  [node = node] = lab.nodes;
  hostKey = readFileSync(join(dirname(lab.file), 'known_hosts'), 'utf8')
    .trim()
    .split(' ')
    .slice(1)
    .join(' ');
  folder = mkdtempSync(join(tmpdir(), 'edgectl-lab-users-'));
});
afterAll(async () => {
  await labDown(lab.name);
  rmSync(folder, { recursive: true });
});

const PASSWORD = users.engineer.password;
const secrets = (sudo: string | undefined, login?: string): ConnectOptions['secrets'] => ({
  passphrase: async () => undefined,
  password: async () => login,
  sudoPassword: async () => sudo,
});
const enter = (user: string, more: Partial<ConnectOptions> = {}, key: string | undefined = node.key) =>
  connect(hostAt({ user, hostKey, ...(key === '' ? {} : { key }) }, node.address), options(more));
const asRoot = (...argv: readonly string[]): Line => ({ ...line(...argv), root: true });
/** What a script prints, as root and past ssh; without the last newline. */
const onNode = async (script: string) => (await execOn(lab.name, node.name, ['sh', '-c', script])).stdout;
const local = (name: string, bytes: Buffer) => {
  writeFileSync(join(folder, name), bytes);
  return {
    local: { path: join(folder, name), size: bytes.length },
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
};

describe.each([
  ['ubuntu', undefined],
  ['engineer', PASSWORD],
] as const)('%s', (user, password) => {
  let shell: Shell;
  beforeAll(async () => {
    shell = await enter(user, { secrets: secrets(password) });
  });
  afterAll(() => shell.close());

  it('asks as herself and as root in one go, in order', async () => {
    const stdin = 'first line\nsecond, without a newline';
    const answers = await shell.ask([
      line('id', '-un'),
      asRoot('id', '-un'),
      { ...asRoot('cat'), stdin },
      line('sh', '-c', 'exit 4'),
      asRoot('sh', '-c', 'exit 5'),
      asRoot('cat', '/etc/shadow-'),
    ]);
    expect(answers.map(({ stdout }) => stdout).slice(0, 3)).toEqual([`${user}\n`, 'root\n', stdin]);
    expect(answers.map(({ code }) => code).slice(0, 5)).toEqual([0, 0, 0, 4, 5]);
  });

  it('talks as root with a program that ends when its stdin does', async () => {
    const heard: string[] = [];
    const talk = await shell.talk(
      asRoot('sh', '-c', 'id -un; while read -r line; do echo "$line"; done'),
      (said) => {
        heard.push(said);
        if (said === 'root') talk.say('not the password');
        else talk.end();
      },
    );
    expect(await talk.ended).toEqual({ stdout: '', stderr: '', code: 0 });
    expect(heard).toEqual(['root', 'not the password']);
  });

  it('runs as root with exactly the given stdin', async () => {
    const stdin = `binary \0 ${'x'.repeat(100_000)}`;
    expect(await shell.run({ ...asRoot('cat'), stdin })).toEqual({ stdout: stdin, stderr: '', code: 0 });
    expect((await shell.run(asRoot('wc', '-c'))).stdout).toBe('0\n');
    expect((await shell.run(asRoot('sh', '-c', 'kill -KILL $$'))).code).toBe(137);
    await expect(shell.run({ ...asRoot('sleep', '77'), withinMs: 1_000 })).rejects.toMatchObject({
      code: 'COMMAND_TIMEOUT',
    });
    expect(await onNode('pgrep -x sleep')).toBe('');
  });

  it.each([true, false])('uploads byte for byte, owner root: %s', async (root) => {
    const at = root ? `/var/lib/edgectl-${user}/deep` : `/home/${user}/deep`;
    const big = randomBytes(5_000_000);
    const uploads = [
      { to: `${at}/big`, mode: '0644', from: local('big', big) },
      { to: `${at}/empty`, mode: '0644', from: local('empty', Buffer.alloc(0)) },
      { to: `${at}/secret`, mode: '0600', from: { content: 'token: s3cr3t-token\n' } },
      { to: `${at}/no content`, mode: '0755', from: { content: '' } },
    ];
    await Promise.all(uploads.map((upload) => shell.put({ ...upload, root })));
    const owner = root ? 'root' : user;
    expect(await onNode(`cd ${at} && stat -c '%n %a %U %s' * .[!.]* 2>/dev/null`)).toBe(
      `big 644 ${owner} 5000000\nempty 644 ${owner} 0\nno content 755 ${owner} 0\nsecret 600 ${owner} 20`,
    );
    expect(await onNode(`sha256sum ${at}/big; cat ${at}/secret`)).toBe(
      `${createHash('sha256').update(big).digest('hex')}  ${at}/big\ntoken: s3cr3t-token`,
    );
  });

  it('asks as root with exactly the given bytes', async () => {
    const bytes = randomBytes(2_500_000);
    const answers = await shell.ask([{ ...asRoot('sha256sum'), bytes }, asRoot('id', '-u')]);
    const digest = createHash('sha256').update(bytes).digest('hex');
    expect(answers.map(({ stdout }) => stdout)).toEqual([`${digest}  -\n`, '0\n']);
  });

  it('uploads into a folder that only root may enter', async () => {
    await onNode('install -d -m 0700 /var/lib/closed');
    const bytes = randomBytes(3_000_000);
    await shell.put({
      to: `/var/lib/closed/${user}`,
      mode: '0600',
      from: local('closed', bytes),
      root: true,
    });
    expect(await onNode(`sha256sum < /var/lib/closed/${user}`)).toBe(
      `${createHash('sha256').update(bytes).digest('hex')}  -`,
    );
  });

  it('says how much space is missing, for content and for files', async () => {
    await onNode('mkdir -p /mnt/small && mount -t tmpfs -o size=1m tmpfs /mnt/small');
    const bytes = randomBytes(3_000_000);
    for (const from of [{ content: bytes.toString('latin1') }, local('much', bytes)])
      await expect(
        shell.put({ to: '/mnt/small/much', mode: '0644', from, root: true }),
      ).rejects.toMatchObject({
        code: 'NO_SPACE',
        message: expect.stringMatching(/^\/mnt\/small\/much: \d{7} bytes needed, 10\d{5} bytes free$/),
        host: 'board-1',
      });
    expect(await onNode('ls -A /mnt/small | grep -v edgectl-part')).toBe('');
    await onNode('umount /mnt/small');
  });

  it('names a target that cannot be written, and why', async () => {
    await onNode('mkdir -p /mnt/fixed && mount -t tmpfs -o ro tmpfs /mnt/fixed');
    for (const from of [{ content: 'x' }, local('x', Buffer.from('x'))])
      await expect(shell.put({ to: '/mnt/fixed/x', mode: '0644', from, root: true })).rejects.toMatchObject({
        code: 'UPLOAD_FAILED',
        message: '/mnt/fixed/x: Read-only file system',
      });
    await onNode('umount /mnt/fixed');
    await expect(
      shell.put({ to: '/etc/mine', mode: '0644', from: { content: 'x' }, root: false }),
    ).rejects.toMatchObject({ code: 'UPLOAD_FAILED', message: '/etc/mine: Permission denied' });
  });
});

describe('the sudo password', () => {
  it('is in no process list, file, log or message', async () => {
    await onNode(
      'mkdir -p /run/spy && (while [ -d /run/spy ]; do cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ; done) >/run/seen 2>/dev/null </dev/null & sleep 0.1',
    );
    const shell = await enter('engineer', { secrets: secrets(PASSWORD) });
    await shell.ask([asRoot('id'), { ...asRoot('cat'), stdin: 'x' }]);
    await shell.run({ ...asRoot('tee', '/etc/from-stdin'), stdin: 'content' });
    await shell.put({ to: '/etc/from-content', mode: '0644', from: { content: 'content' }, root: true });
    await shell.put({
      to: '/etc/from-file',
      mode: '0644',
      from: local('f', Buffer.from('content')),
      root: true,
    });
    await shell.close();
    expect(await onNode('rm -r /run/spy; sleep 0.3; grep -ac sudo /run/seen')).not.toBe('0');
    expect(await onNode(`grep -ac '${PASSWORD}' /run/seen; rm /run/seen`)).toBe('0');
    expect(await onNode('cat /etc/from-stdin /etc/from-content /etc/from-file')).toBe(
      'contentcontentcontent',
    );
    expect(
      await onNode(`grep -rl '${PASSWORD}' /etc /home /root /tmp /var /run --exclude-dir=proc 2>/dev/null`),
    ).toBe('');
    expect(await onNode(`journalctl --no-pager | grep -c '${PASSWORD}'`)).toBe('0');
  });

  it('that is wrong is tried once, and refused in one sentence without it', async () => {
    const shell = await enter('engineer', { secrets: secrets('wrong-one') });
    const before = Number(
      await onNode("journalctl --no-pager _COMM=sudo | grep -c 'authentication failure'"),
    );
    const refusal = {
      code: 'SUDO_REFUSED',
      message: 'sudo refused the password of engineer',
      hint: 'The sudo password comes from EDGECTL_SUDO_PASSWORD or a prompt.',
      host: 'board-1',
    };
    await expect(shell.run({ ...asRoot('cat'), stdin: `${PASSWORD}\n` })).rejects.toMatchObject(refusal);
    await expect(shell.ask([asRoot('id')])).rejects.toMatchObject(refusal);
    const after = Number(await onNode("journalctl --no-pager _COMM=sudo | grep -c 'authentication failure'"));
    expect(after - before).toBe(1);
    expect((await shell.run(line('id', '-un'))).stdout).toBe('engineer\n');
    await shell.close();
  });

  it('that nobody has, a user who may not, and a host without sudo are told apart', async () => {
    const refused = async (user: string, password: string | undefined) => {
      const shell = await enter(user, { secrets: secrets(password) });
      const problem = await shell.run(asRoot('true')).catch((error: unknown) => error);
      await shell.close();
      return problem;
    };
    expect(await refused('engineer', undefined)).toMatchObject({
      code: 'SUDO_REFUSED',
      message: 'sudo asks engineer for a password, and there is none',
    });
    await onNode('gpasswd -d engineer sudo');
    expect(await refused('engineer', PASSWORD)).toMatchObject({
      code: 'SUDO_REFUSED',
      message: 'sudo does not allow engineer to run commands as root',
    });
    await onNode('gpasswd -a engineer sudo; mv /usr/bin/sudo /usr/bin/sudo.away');
    expect(await refused('ubuntu', undefined)).toMatchObject({
      code: 'SUDO_REFUSED',
      message: 'sudo is not installed',
    });
    await onNode('mv /usr/bin/sudo.away /usr/bin/sudo');
  });

  it('is never asked for, nor sent, where sudo wants none', async () => {
    let asked = 0;
    const sudoPassword = async () => {
      asked += 1;
      return 'never';
    };
    const shell = await enter('ubuntu', { secrets: { ...secrets(undefined), sudoPassword } });
    expect((await shell.run(asRoot('cat'))).stdout).toBe('');
    expect(asked).toBe(0);
    await shell.close();
  });
});

describe('a login password', () => {
  const sshdWith = (setting: string) =>
    onNode(`printf '%s\\n' ${setting} >/etc/ssh/sshd_config.d/test.conf; systemctl restart ssh`);

  it.each([
    ['password', "'PasswordAuthentication yes' 'KbdInteractiveAuthentication no'"],
    ['keyboard-interactive', "'PasswordAuthentication no' 'KbdInteractiveAuthentication yes'"],
  ])('lets in by %s', async (_method, settings) => {
    await sshdWith(settings);
    const shell = await enter('engineer', { secrets: secrets(undefined, PASSWORD) }, '');
    expect((await shell.run(line('id', '-un'))).stdout).toBe('engineer\n');
    await shell.close();
    await expect(enter('engineer', { secrets: secrets(undefined, 'not-it') }, '')).rejects.toMatchObject({
      code: 'HOST_AUTH_FAILED',
      message: expect.stringMatching(/refused the user engineer; tried: password.*; it accepts: publickey/),
      hint: expect.not.stringContaining('not-it'),
    });
  });

  it('is not asked for where keys are all that counts', async () => {
    await sshdWith("'PasswordAuthentication no' 'KbdInteractiveAuthentication no'");
    const password = () => Promise.reject(new Error('nobody is to be asked'));
    await expect(
      enter('engineer', { secrets: { ...secrets(undefined), password } }, ''),
    ).rejects.toMatchObject({
      code: 'HOST_AUTH_FAILED',
      message: expect.stringMatching(/there was nothing to try; it accepts: publickey$/),
    });
  });
});
