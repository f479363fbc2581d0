import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IMAGE_BLOBS } from '../../src/commands/k3s.ts';
import type { Event } from '../../src/engine/event.ts';
import { execOn, fault, type LabSummary, labDown, passphrase, ringLab, users } from '../lab/lab.ts';
import { documentOf, type Edgectl, edgectl, type Ran, type RunDocument, type StatusDocument } from './cli.ts';

// Every fault of a host, a file or the source, met by the real command on real nodes: the message is the product.
let lab: LabSummary;
let run: Edgectl;
let base: string;
let folder: string;

const address = (name: string) => lab.nodes.find((node) => node.name === name)?.address ?? '';
const keysIn = (text: string) => [...text.matchAll(/ssh-ed25519 \S+/g)].map(([key]) => key);
const errors = ({ stderr }: Ran) =>
  stderr
    .split('\n')
    .filter((line) => /^(error|warning): /.test(line))
    .sort();
const hints = ({ stderr }: Ran) => [
  ...new Set(stderr.split('\n').filter((line) => line.startsWith('  hint: '))),
];
const everyHost = () => ['board-1', 'board-2', 'board-3', address('control')];

let count = 0;
/** Runs a verb on a copy of the lab's cluster file that was edited. */
const on = async (
  verb: readonly string[],
  edit: (text: string) => string,
  env: Record<string, string> = {},
): Promise<Ran & { readonly file: string }> => {
  const file = join(folder, `cluster-${count++}.yaml`);
  await writeFile(file, edit(base));
  return { ...(await run([...verb, '-f', file], { env })), file };
};
const same = (text: string) => text;

const releaseFolder = async (): Promise<string> => {
  const from = JSON.parse(await readFile(join(lab.file, '../lab.json'), 'utf8')).release.folder as string;
  const copy = await mkdtemp(join(folder, 'release-'));
  await cp(from, copy, { recursive: true });
  return copy;
};

beforeAll(async () => {
  lab = await ringLab('faults', { boards: 3 });
  run = await edgectl(join(lab.file, '../state'));
  base = (await readFile(lab.file, 'utf8'))
    .replace('./id_ed25519', join(lab.file, '../id_ed25519'))
    .replace('name: board-3\n', 'name: board-3\n      role: worker\n');
  folder = join(lab.file, '..');
});
afterAll(async () => {
  await labDown(lab.name);
});

describe('the cluster file', () => {
  it('is refused with every fault at once, each with its place', async () => {
    const ran = await on(['init', '--yes'], (text) =>
      text
        .replace('address: ', 'adress: ')
        .replace('elect: 2', 'elect: two')
        .replace('  k3s:\n', '  k3s:\n    server: { tls-sann: x }\n'),
    );
    expect(ran.code).toBe(2);
    const lines = ran.stderr.split('\n');
    expect(lines.every((line) => line.startsWith(`${ran.file}:`))).toBe(true);
    expect(lines.map((line) => line.replace(/^.*?:\d+:\d+ /, ''))).toEqual(
      expect.arrayContaining([
        'unknown key "adress" in control; did you mean "address"?',
        'unknown k3s key "tls-sann" in k3s.server; did you mean "tls-san"?',
      ]),
    );
  });

  it('that is not there is named, with what to do', async () => {
    const ran = await run(['plan', '-f', join(folder, 'none.yaml')]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toBe(
      `error: ${join(folder, 'none.yaml')}: no such file or directory\n  hint: name the cluster file with -f, or write one with \`edgectl discover\``,
    );
  });
});

describe('logging in', () => {
  it('as the wrong user', async () => {
    const ran = await on(['plan'], (text) => text.replace('user: ubuntu', 'user: nobody'));
    expect(ran.code).toBe(3);
    const key = join(lab.file, '../id_ed25519');
    expect(errors(ran)).toContain(
      `error: board-1: ${address('board-1')}:22 refused the user nobody; tried: key ${key}; it accepts: publickey, password`,
    );
    expect(errors(ran)).toHaveLength(4);
    expect(hints(ran)).toEqual(['  hint: Check ssh.user and ssh.key in cluster.yaml.']);
  });

  it('with a key that is not there', async () => {
    const ran = await on(['plan'], (text) => text.replace('id_ed25519', 'id_none'));
    expect(ran.code).toBe(2);
    expect(errors(ran)).toContain(`error: board-1: ${join(lab.file, '../id_none')}: there is no such file`);
  });

  it('with the wrong passphrase, which is not said again', async () => {
    const edit = (text: string) => text.replace('id_ed25519', 'id_passphrase');
    const ran = await on(['plan'], edit, { EDGECTL_SSH_PASSPHRASE: 'wrong-passphrase' });
    expect(ran.code).toBe(2);
    expect(errors(ran)).toContain(
      `error: board-1: ${join(lab.file, '../id_passphrase')}: the passphrase is wrong`,
    );
    expect(ran.stderr).not.toContain('wrong-passphrase');
    expect((await on(['plan'], edit, { EDGECTL_SSH_PASSPHRASE: passphrase })).code).toBe(0);
  });

  it('where the host key is another one', async () => {
    const [, first = '', second = ''] = keysIn(base);
    const ran = await on(['plan'], (text) => text.replace(first, second));
    expect(ran.code).toBe(3);
    expect(errors(ran)).toHaveLength(1);
    expect(errors(ran)[0]).toMatch(
      /^error: board-1: [\d.]+:22 shows the host key SHA256:\S{43} \(ssh-ed25519\), expected SHA256:\S{43} \(hostKey in cluster\.yaml\)$/,
    );
  });

  it('where nothing says what the host key should be, unless told to accept it, which is recorded', async () => {
    const edit = (text: string) => text.replace(/\n\s+hostKey: .*/, '');
    const ran = await on(['plan'], edit);
    expect(ran.code).toBe(3);
    expect(errors(ran)[0]).toMatch(
      /shows the host key SHA256:\S{43} \(ssh-ed25519\), and nothing says that it is right$/,
    );
    expect((await on(['plan', '--accept-new-host-keys'], edit)).code).toBe(0);
    expect((await on(['plan'], edit)).code).toBe(0);
  });
});

describe('sudo', () => {
  const engineer = (text: string) => text.replace('user: ubuntu', `user: ${users.engineer.name}`);

  it('with the wrong password, which is not said again', async () => {
    const ran = await on(['plan'], engineer, { EDGECTL_SUDO_PASSWORD: 'wrong-password' });
    expect(ran.code).toBe(3);
    expect(errors(ran)).toEqual([`error: ${address('control')}: sudo refused the password of engineer`]);
    expect(ran.stderr).not.toContain('wrong-password');
  });

  it('with none', async () => {
    const ran = await on(['plan'], engineer);
    expect(errors(ran)).toEqual([
      `error: ${address('control')}: sudo asks engineer for a password, and there is none`,
    ]);
    expect(hints(ran)).toEqual(['  hint: The sudo password comes from EDGECTL_SUDO_PASSWORD or a prompt.']);
  });

  it('with the right one plans the same as without any', async () => {
    const digest = async (ran: Promise<Ran>) => documentOf<{ digest: string }>(await ran).digest;
    const env = { EDGECTL_SUDO_PASSWORD: users.engineer.password };
    expect(await digest(on(['plan', '--output', 'json'], engineer, env))).toBe(
      await digest(on(['plan', '--output', 'json'], same)),
    );
  });
});

describe('hosts that do not answer', () => {
  it('one of two wanted masters: says so, with the way to a single server', async () => {
    await fault(lab.name, 'board-2', 'power-off');
    const ran = await on(['init', '--yes'], same);
    await fault(lab.name, 'board-2', 'power-on');
    expect(ran.code).toBe(7);
    expect(errors(ran)).toContain('error: 2 masters are wanted and 1 is to be had');
    expect(hints(ran).join()).toContain('set masters.ha: none in the cluster file for a single server');
  });

  it('the control node without network', async () => {
    await fault(lab.name, 'control', 'link-down');
    const ran = await on(['init', '--yes'], same);
    await fault(lab.name, 'control', 'link-up');
    expect(ran.code).toBe(3);
    expect(errors(ran)[0]).toMatch(
      new RegExp(
        `^error: ${address('control')}: ${address('control')}:22: (timed out after 15 s|no route to host)$`,
      ),
    );
  });
});

describe('the k3s source', () => {
  const from = (source: string) => (text: string) => text.replace(/source: .*/, `source: ${source}`);

  it('without the architecture of the hosts', async () => {
    const source = await releaseFolder();
    await writeFile(
      join(source, 'sha256sum-arm64.txt'),
      `${'0'.repeat(64)}  k3s-arm64\n${'1'.repeat(64)}  k3s-airgap-images-arm64.tar.zst\n`,
    );
    await rm(join(source, 'sha256sum-amd64.txt'));
    const ran = await on(['init', '--yes'], from(source));
    expect(ran.code).toBe(7);
    expect(errors(ran)).toContain(
      'error: board-1: board-1 is amd64, and the k3s source has arm64 for v1.34.2+k3s1',
    );
  });

  it('with a binary that is not what its checksum says: nothing of it is used', async () => {
    const source = await releaseFolder();
    await appendFile(join(source, 'k3s'), 'x');
    const ran = await on(['init', '--yes'], from(source));
    expect(ran.code).toBe(3);
    expect(
      errors(ran).filter((line) =>
        /has the digest sha256:[0-9a-f]{64}, its publisher says sha256:[0-9a-f]{64}$/.test(line),
      ).length,
    ).toBeGreaterThan(0);
    const { exitCode } = await execOn(lab.name, 'board-1', ['test', '-e', '/usr/local/bin/k3s']);
    expect(exitCode).not.toBe(0);
  });

  it('that is not there', async () => {
    const ran = await on(['plan'], from('http://127.0.0.1:1'));
    // The decisions that the earlier tests kept name the release, so only another version makes edgectl look.
    const other = await on(['plan'], (text) =>
      from('http://127.0.0.1:1')(text).replace('v1.34.2+k3s1', 'v1.34.3+k3s1'),
    );
    expect([ran.code, other.code]).toContain(2);
    expect(errors(other)[0]).toMatch(
      /^error: http:\/\/127\.0\.0\.1:1\/v1\.34\.3%2Bk3s1\/sha256sum-amd64\.txt: /,
    );
  });
});

describe('a host that cannot take what it gets', () => {
  it('a full disk fails that host alone, with the numbers; freed, the next run goes on to Ready', async () => {
    await fault(lab.name, 'board-3', 'disk-full');
    const ran = await on(['init', '--yes', '--output', 'json'], same);
    await fault(lab.name, 'board-3', 'disk-free');
    expect(ran.code).toBe(3);
    expect(errors(ran).join('\n')).toMatch(
      /^error: board-3: \S+: \d+ bytes needed, \d+ bytes free on the file system at \/var\/lib\/rancher$/m,
    );
    const { hosts } = documentOf<RunDocument>(ran);
    expect(hosts.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(['board-3']);
    // What runs that died have left, in whichever way they sent: the next run may bring it in another.
    const sums = await readFile(join(await releaseFolder(), 'sha256sum-amd64.txt'), 'utf8');
    const images = /^(\w+) {2}\S*images/m.exec(sums)?.[1];
    const halves = `: > sha256:${images}.part; : > .sha256:${images}.0a1b2c.edgectl-part`;
    await execOn(lab.name, 'board-3', [
      'sh',
      '-c',
      `mkdir -p ${IMAGE_BLOBS} && cd ${IMAGE_BLOBS} && ${halves}`,
    ]);
    const next = await on(['init', '--yes', '--output', 'json'], same);
    expect(documentOf<RunDocument>(next), next.stderr).toMatchObject({ failed: 0 });
    expect(documentOf<StatusDocument>(await on(['status', '--output', 'json'], same)).ready).toBe(true);
  });

  it('a read-only target is named', async () => {
    const spoil = 'echo "# by hand" >> config.yaml; mount --bind . . && mount -o remount,bind,ro .';
    await execOn(lab.name, 'board-3', ['sh', '-c', `cd /etc/rancher/k3s && ${spoil}`]);
    const ran = await on(['init', '--yes'], same);
    await execOn(lab.name, 'board-3', ['umount', '/etc/rancher/k3s']);
    expect(ran.code).toBe(3);
    expect(errors(ran)).toContain('error: board-3: /etc/rancher/k3s/config.yaml: Read-only file system');
    expect(documentOf<RunDocument>(await on(['init', '--yes', '--output', 'json'], same))).toMatchObject({
      failed: 0,
    });
  });
});

describe('power', () => {
  it('cut in the middle of a run: the run says which host, and the next one goes on to Ready', async () => {
    await on(['reset', '--yes'], same);
    const file = join(folder, 'power.yaml');
    await writeFile(file, base);
    let cut: Promise<void> | undefined;
    const starts = (event: Event) => event.type === 'change-started' && event.phase === 'start-agent';
    const ran = await run.watch(['init', '--yes', '-f', file], (event) => {
      if (starts(event)) cut ??= fault(lab.name, 'board-3', 'power-off');
    });
    await cut;
    expect(ran.code).not.toBe(0);
    await fault(lab.name, 'board-3', 'power-on');
    expect(
      documentOf<RunDocument>(await run(['init', '--yes', '--output', 'json', '-f', file])),
    ).toMatchObject({ failed: 0 });
    expect(documentOf<StatusDocument>(await run(['status', '--output', 'json', '-f', file])).ready).toBe(
      true,
    );
    expect(everyHost()).toHaveLength(4);
  });
});
