import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/adapters/ssh/connect.ts';
import type { Shell } from '../../src/ports/shell.ts';
import { freePort, type Sshd, startSshd } from './sshd.ts';
import { hostAt, line, options } from './to.ts';

let sshd: Sshd;
let shell: Shell;
let folder: string;
const enter = (server: Sshd, more = {}) =>
  connect(
    hostAt({
      user: server.user,
      port: server.port,
      key: server.clientKey,
      hostKey: server.hostKey('ed25519'),
    }),
    options(more),
  );
const listening = (server: Server) =>
  new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });

beforeAll(async () => {
  sshd = await startSshd();
  shell = await enter(sshd);
  folder = mkdtempSync(join(tmpdir(), 'edgectl-put-'));
});
afterAll(async () => {
  await shell.close();
  await sshd.stop();
  rmSync(folder, { recursive: true });
});

describe('commands', () => {
  it('get their words and stdin as they are, and end with their status', async () => {
    const words = [`it's "$HOME"`, '', 'a\nb', '*', 'é›', '-n'];
    const script = 'for word; do printf "%s|" "$word"; done; cat >&2; exit 5';
    const stdin = 'nul \0 and no newline';
    expect(await shell.run({ ...line('sh', '-c', script, 'sh', ...words), stdin })).toEqual({
      stdout: words.map((word) => `${word}|`).join(''),
      stderr: stdin,
      code: 5,
    });
    expect((await shell.run(line('sh', '-c', 'kill -SEGV $$'))).code).toBe(139);
    expect((await shell.run({ ...line('true'), stdin: 'x'.repeat(5_000_000) })).code).toBe(0);
    expect((await shell.run(line('head', '-c', '9000000', '/dev/zero'))).stdout).toHaveLength(9_000_000);
  });

  it('run many at once, more than sshd has channels', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => shell.run(line('sh', '-c', 'sleep 0.1; echo $1', 'sh', `${i}`))),
    );
    expect(answers.map(({ stdout }) => Number(stdout))).toEqual(Array.from({ length: 40 }, (_, i) => i));
  });

  it('run on a host that allows one channel only', async () => {
    const narrow = await startSshd(['ed25519'], 'MaxSessions 1');
    const one = await enter(narrow);
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map((word) => one.run(line('echo', word))));
    expect(answers.map(({ stdout }) => stdout)).toEqual(['a\n', 'b\n', 'c\n', 'd\n']);
    await one.close();
    await narrow.stop();
  });

  it('that hang are ended on the host, and the connection lives on', async () => {
    const mark = `30.${process.pid}`;
    await expect(shell.run({ ...line('sleep', mark), withinMs: 1_000 })).rejects.toMatchObject({
      code: 'COMMAND_TIMEOUT',
      message: `sleep ${mark}: did not end within 1 s`,
      host: 'board-1',
    });
    expect((await shell.run(line('pgrep', '-f', `sleep ${mark}$`))).stdout).toBe('');
  });

  it('are many questions in one round trip', async () => {
    const answers = await shell.ask([
      { ...line('cat'), stdin: 'one' },
      { ...line('id', '-u'), root: true },
      line('sh', '-c', 'echo no >&2; exit 3'),
      { ...line('sleep', '30'), withinMs: 1_000 },
      line('echo', 'last'),
    ]);
    expect(answers.map(({ code }) => code)).toEqual([0, 0, 3, 124, 0]);
    expect([answers[0]?.stdout, answers[2]?.stderr, answers[4]?.stdout]).toEqual(['one', 'no\n', 'last\n']);
  });
});

describe('a stream', () => {
  it('reaches a port of the host', async () => {
    const server = createServer((socket) => socket.end('hello'));
    const port = await listening(server);
    expect(await text(await shell.dial('127.0.0.1', port))).toBe('hello');
    server.close();
  });

  it('to a port that nobody listens on is refused', async () => {
    const port = await freePort();
    await expect(shell.dial('127.0.0.1', port)).rejects.toMatchObject({
      code: 'COMMAND_FAILED',
      message: `127.0.0.1:${port} does not answer: connection refused`,
    });
  });
});

describe('a local file', () => {
  const bytes = randomBytes(24_000_000);
  const source = (content = bytes) => {
    const path = join(folder, 'source');
    writeFileSync(path, content);
    return {
      local: { path, size: content.length },
      sha256: createHash('sha256').update(content).digest('hex'),
    };
  };

  it('arrives by sftp, and its progress is told', async () => {
    const sent: number[] = [];
    const to = join(folder, 'new/place/copy');
    await shell.put({ to, mode: '0640', from: source(), root: false, progress: (n) => sent.push(n) });
    expect(readFileSync(to).equals(bytes)).toBe(true);
    expect(sent.at(-1)).toBe(bytes.length);
    expect(execFileSync('stat', ['-c', '%a', to], { encoding: 'utf8' })).toBe('640\n');
    expect(readdirSync(join(folder, 'new/place'))).toEqual(['copy']);
  });

  it('arrives where sshd has no sftp', async () => {
    const without = await startSshd(['ed25519'], '', { sftp: false });
    const one = await enter(without);
    await one.put({ to: join(folder, 'plain'), mode: '0600', from: source(), root: true });
    expect(readFileSync(join(folder, 'plain')).equals(bytes)).toBe(true);
    await one.close();
    await without.stop();
  });

  it('whose transfer is cut continues', async () => {
    const doomed = await startSshd();
    const first = await enter(doomed);
    const to = join(folder, 'cut');
    const from = source();
    const lost = first.put({
      to,
      mode: '0600',
      from,
      root: false,
      progress: (sent) => {
        if (sent > 16_000_000) void doomed.cut();
      },
    });
    await expect(lost).rejects.toMatchObject({ code: 'HOST_DISCONNECTED', host: 'board-1' });
    await first.close();
    await doomed.stop();
    const [part = ''] = readdirSync(folder).filter((name) => name.startsWith('.cut'));
    expect(execFileSync('stat', ['-c', '%a', join(folder, part)], { encoding: 'utf8' })).toBe('600\n');
    const sent: number[] = [];
    await shell.put({ to, mode: '0600', from, root: false, progress: (n) => sent.push(n) });
    expect(sent[0]).toBeGreaterThan(8_000_000);
    expect(readFileSync(to).equals(bytes)).toBe(true);
  });
});

describe('a machine that is not there', () => {
  const away = (port: number, timeouts = {}) =>
    connect(hostAt({ user: 'x', port, hostKey: sshd.hostKey('ed25519') }), options({ timeouts }));

  it('is named with its port and the reason', async () => {
    const port = await freePort();
    await expect(away(port)).rejects.toMatchObject({
      code: 'HOST_UNREACHABLE',
      message: `127.0.0.1:${port}: connection refused`,
      host: 'board-1',
    });
  });

  it('is given up when it says nothing', async () => {
    const server = createServer(() => {});
    const port = await listening(server);
    await expect(away(port, { connectMs: 300 })).rejects.toMatchObject({
      code: 'HOST_UNREACHABLE',
      message: `127.0.0.1:${port}: took longer than 0.3 s to shake hands`,
    });
    server.close();
  });

  it('is no SSH server when it talks otherwise', async () => {
    const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const port = await listening(server);
    await expect(away(port)).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
    server.close();
  });
});

describe('a connection that is lost', () => {
  it('fails what runs and what comes, naming the host', async () => {
    const doomed = await startSshd();
    const one = await enter(doomed);
    const running = one.run(line('sleep', '20'));
    const gone = {
      code: 'HOST_DISCONNECTED',
      message: `the connection to 127.0.0.1:${doomed.port} was lost`,
      host: 'board-1',
    };
    const failing = expect(running).rejects.toMatchObject(gone);
    await one.run(line('true'));
    await doomed.cut();
    await failing;
    await expect(one.run(line('true'))).rejects.toMatchObject(gone);
    await expect(one.ask([line('true')])).rejects.toMatchObject(gone);
    await expect(one.dial('127.0.0.1', 1)).rejects.toMatchObject(gone);
    await one.close();
    await doomed.stop();
  });

  it('closes twice without harm', async () => {
    const one = await enter(sshd);
    await Promise.all([one.close(), one.close()]);
    await one.close();
  });
});
