import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectLocal } from '../../../src/adapters/local/local-shell.ts';
import type { Line, Shell } from '../../../src/ports/shell.ts';
import type { Host } from '../../../src/spec/cluster.ts';

const here: Host = {
  key: 'here',
  address: '127.0.0.1',
  duty: 'control',
  role: 'worker',
  labels: {},
  taints: [],
  local: true,
  ssh: {},
};
const line = (...argv: readonly string[]): Line => ({ argv, root: false, withinMs: 20_000 });

let shell: Shell;
let folder: string;
beforeAll(async () => {
  shell = await connectLocal(here, { secrets: { sudoPassword: async () => undefined } });
  folder = await mkdtemp(join(tmpdir(), 'edgectl-local-'));
});
afterAll(async () => {
  await shell.close();
  await rm(folder, { recursive: true });
});

describe('a talk', () => {
  it('goes by lines, both ways, until its stdin ends', async () => {
    const heard: string[] = [];
    let more: () => void = () => {};
    const until = async (count: number) => {
      while (heard.length < count)
        await new Promise<void>((resolve) => {
          more = resolve;
        });
    };
    const script =
      'echo ready; while read -r line; do echo "you said $line"; done; printf rest; echo why >&2; exit 3';
    const talk = await shell.talk(line('sh', '-c', script), (said) => {
      heard.push(said);
      more();
    });
    await until(1);
    talk.say('één');
    await until(2);
    talk.say('two');
    await until(3);
    talk.end();
    expect(await talk.ended).toEqual({ stdout: 'rest', stderr: 'why\n', code: 3 });
    expect(heard).toEqual(['ready', 'you said één', 'you said two']);
  });
});

describe('a question with bytes', () => {
  it('gets them as they are, behind the others, and is answered in its place', async () => {
    const bytes = randomBytes(3_000_000);
    const before = join(folder, 'before');
    const answers = await shell.ask([
      { ...line('sh', '-c', 'cat "$1"; sha256sum', 'sh', before), bytes },
      line('sh', '-c', 'printf asked >"$1"; echo first', 'sh', before),
      { ...line('cat'), stdin: 'text' },
    ]);
    const digest = createHash('sha256').update(bytes).digest('hex');
    expect(answers.map(({ stdout }) => stdout)).toEqual([`asked${digest}  -\n`, 'first\n', 'text']);
  });

  it('has no answer where it does not end, and need not read them', async () => {
    const bytes = randomBytes(3_000_000);
    const hangs = { ...line('sleep', '30'), withinMs: 1_000, bytes };
    const answers = await shell.ask([hangs, { ...line('echo', 'read nothing'), bytes }]);
    expect(answers.map(({ stdout, code }) => [stdout, code])).toEqual([
      ['', 124],
      ['read nothing\n', 0],
    ]);
  });
});

describe('a command', () => {
  it('gets its words and its stdin as they are', async () => {
    const word = fc.string({ unit: fc.constantFrom(...`ab '"\\$\`!*\n\t;&|<>{}%-=~#é›`), maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.array(word), fc.string(), async (words, stdin) => {
        const script = 'for word; do printf "%s\\0" "$word"; done; cat >&2';
        const { stdout, stderr } = await shell.run({ ...line('sh', '-c', script, 'sh', ...words), stdin });
        expect([stdout, stderr]).toEqual([words.map((one) => `${one}\0`).join(''), stdin]);
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    [['sh', '-c', 'exit 9'], 9],
    [['sh', '-c', 'kill -TERM $$'], 143],
    [['no-such-program'], 127],
    [['/etc/passwd'], 126],
  ])('%j ends with %d', async (argv, code) => {
    expect((await shell.run(line(...argv))).code).toBe(code);
  });

  it('is ended and named when it hangs', async () => {
    await expect(shell.run({ ...line('sleep', '30'), withinMs: 1_000 })).rejects.toMatchObject({
      code: 'COMMAND_TIMEOUT',
      message: 'sleep 30: did not end within 1 s',
      host: 'here',
    });
  });

  it('does not see the environment of edgectl', async () => {
    process.env['EDGECTL_SUDO_PASSWORD'] = 'visible';
    const { stdout } = await shell.run(line('env'));
    delete process.env['EDGECTL_SUDO_PASSWORD'];
    expect(stdout).toContain('LC_ALL=C');
    expect(stdout).not.toContain('visible');
  });
});

describe('an upload', () => {
  const at = (name: string) => join(folder, name);
  const put = (name: string, content: string, mode = '0644') =>
    shell.put({ to: at(name), mode, from: { content }, root: false });
  const localFile = async (name: string, bytes: Buffer) => {
    await writeFile(at(name), bytes);
    return {
      local: { path: at(name), size: bytes.length },
      sha256: createHash('sha256').update(bytes).digest('hex'),
    };
  };

  it.each(['', 'no newline', 'a\n', 'nul \0 é›\r\n', 'x'.repeat(200_000)])(
    'of content %#',
    async (content) => {
      await put('made/for/it/file name', content, '0600');
      expect(await readFile(at('made/for/it/file name'), 'utf8')).toBe(content);
      expect((await stat(at('made/for/it/file name'))).mode & 0o7777).toBe(0o600);
      expect(await readdir(at('made/for/it'))).toEqual(['file name']);
    },
  );

  it('replaces a file or a link whole, never what a link points to', async () => {
    await put('real', 'real');
    await symlink(at('real'), at('link'));
    await put('link', 'new');
    expect([await readFile(at('real'), 'utf8'), await readFile(at('link'), 'utf8')]).toEqual(['real', 'new']);
  });

  it.each([0, 5_000_000])('of a local file of %d bytes', async (size) => {
    const bytes = randomBytes(size);
    const sent: number[] = [];
    const from = await localFile('source', bytes);
    await shell.put({ to: at('copy'), mode: '0755', from, root: false, progress: (n) => sent.push(n) });
    expect((await readFile(at('copy'))).equals(bytes)).toBe(true);
    expect((await stat(at('copy'))).mode & 0o7777).toBe(0o755);
    expect([sent[0], sent.at(-1)]).toEqual([0, size]);
  });

  it('continues where a killed one of the same content ended, and removes parts of other content', async () => {
    const bytes = randomBytes(12_000_000);
    const from = await localFile('source', bytes);
    await writeFile(at(`.big.${from.sha256.slice(0, 12)}.edgectl-part`), bytes.subarray(0, 9_000_000));
    await writeFile(at('.big.000000000000.edgectl-part'), 'of another version');
    const sent: number[] = [];
    await shell.put({ to: at('big'), mode: '0644', from, root: false, progress: (n) => sent.push(n) });
    expect((await readFile(at('big'))).equals(bytes)).toBe(true);
    // The last 4 MiB may have holes, so they are sent again.
    expect(sent[0]).toBe(9_000_000 - 4 * 1024 * 1024);
    expect((await readdir(folder)).filter((name) => name.startsWith('.big'))).toEqual([]);
  });

  it('begins anew on a part that is not the beginning of the file', async () => {
    const bytes = randomBytes(12_000_000);
    const from = await localFile('source', bytes);
    await writeFile(at(`.big.${from.sha256.slice(0, 12)}.edgectl-part`), randomBytes(13_000_000));
    await shell.put({ to: at('big'), mode: '0644', from, root: false });
    expect((await readFile(at('big'))).equals(bytes)).toBe(true);
  });

  it('of other content than announced is refused, and the old file stays', async () => {
    const bytes = Buffer.from('content');
    const from = { ...(await localFile('source', bytes)), sha256: 'f'.repeat(64) };
    await put('kept', 'old');
    await expect(shell.put({ to: at('kept'), mode: '0644', from, root: false })).rejects.toMatchObject({
      code: 'BLOB_CORRUPT',
      message: `${at('kept')}: arrived with sha256 ${createHash('sha256').update(bytes).digest('hex')}`,
    });
    expect(await readFile(at('kept'), 'utf8')).toBe('old');
    expect((await readdir(folder)).filter((name) => name.startsWith('.kept'))).toEqual([]);
  });

  it('says why it cannot be written', async () => {
    const failing = (to: string) => shell.put({ to, mode: '0644', from: { content: 'x' }, root: false });
    await put('file', '');
    await expect(failing(folder)).rejects.toMatchObject({
      code: 'UPLOAD_FAILED',
      message: `${folder}: it is a directory`,
    });
    await expect(failing(at('file/below'))).rejects.toMatchObject({
      message: `${at('file/below')}: File exists`,
    });
    await expect(failing('relative')).rejects.toMatchObject({
      message: 'relative: not an absolute path of a file',
    });
    const from = { local: { path: at('missing'), size: 1 }, sha256: '0' };
    await expect(shell.put({ to: at('x'), mode: '0644', from, root: false })).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
    });
  });
});

it('dials a port, and says so when nothing listens there', async () => {
  const server = createServer((socket) => socket.end('hello'));
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  expect(await text(await shell.dial('127.0.0.1', port))).toBe('hello');
  await new Promise((resolve) => server.close(resolve));
  await expect(shell.dial('127.0.0.1', port)).rejects.toMatchObject({ code: 'COMMAND_FAILED', host: 'here' });
});
