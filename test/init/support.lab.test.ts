import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scriptOn } from '../lab/exec-on.ts';
import { execOn, fault, labDown } from '../lab/lab.ts';
import { documentOf } from './cli.ts';
import { openSite, type Site } from './site.ts';
import { difference } from './trace.ts';

// Where secrets lie on the hosts of a cluster, and what leaves the site for help. The tests build on each other.
let site: Site;
let folder: string;
/** What edgectl minted, and what k3s made, a line each; the frames of PEM are no secrets. */
let minted: readonly string[];
let made: readonly string[];

const telling = (text: string) =>
  text.split('\n').filter((line) => line.length >= 20 && !line.startsWith('-----'));

beforeAll(async () => {
  site = await openSite('support', { boards: 3 });
  folder = await mkdtemp(join(tmpdir(), 'edgectl-support-'));
});
afterAll(async () => {
  await labDown(site.lab.name);
  await rm(folder, { recursive: true, force: true });
});

it('a cluster is made', async () => {
  expect(await site.init()).toMatchObject({ failed: 0 });
  // Tokens end without a newline.
  const each = 'for file in /var/lib/edgectl/*/secrets/*; do cat "$file"; echo; done';
  minted = telling(await scriptOn(site.lab.name, 'control', each));
  expect(minted.length).toBeGreaterThan(8);
  const find =
    'cat /etc/rancher/node/password; find /var/lib/rancher/k3s -name "*.key" -type f -exec cat {} +';
  const all = await Promise.all(site.names().map((name) => scriptOn(site.lab.name, name, find)));
  made = [...new Set(all.flatMap(telling))];
  expect(made.length).toBeGreaterThan(20);
});

describe('secrets', () => {
  // Everything on every disk but the content of images; the patterns themselves lie on a file system that is not looked at.
  const WALK = `umask 077; cat > /dev/shm/patterns
find / /var/lib/rancher /run /tmp -xdev \\( -path '*/containerd/io.containerd.*' -o -path /dev/shm \\) -prune -o -type f -print0 |
  xargs -0 grep -alFf /dev/shm/patterns 2>/dev/null | sort -u | tr '\\n' '\\0' | xargs -0 -r stat -c '%a %u %n'
rm /dev/shm/patterns`;
  const PLACES =
    /^600 0 (\/etc\/rancher\/k3s\/config\.yaml|\/var\/lib\/edgectl\/[^/]+\/secrets\/[^/]+|\/var\/lib\/rancher\/k3s\/server\/(token|agent-token|tls\/.+\.key|cred\/.+))$/;

  it('lie only in files of root alone', async () => {
    for (const name of site.names()) {
      const { stdout } = await execOn(site.lab.name, name, ['sh', '-c', WALK], minted.join('\n'));
      const files = stdout.split('\n').filter(Boolean);
      expect(files.length, name).toBeGreaterThan(0);
      expect(
        files.filter((line) => !PLACES.test(line)),
        name,
      ).toEqual([]);
    }
  });
});

describe('a support bundle', () => {
  interface Document {
    readonly path: string;
    readonly files: readonly string[];
    readonly missing: readonly { readonly host?: string; readonly code: string }[];
  }

  const bundle = async (name: string): Promise<Document> => {
    const out = join(folder, name);
    const ran = await site.run(site.on('support-bundle', '-o', out, '--output', 'json'));
    expect(ran.code, ran.stderr).toBe(0);
    return documentOf<Document>(ran);
  };
  /** Every file of an archive, by its path below the archive's own folder. */
  const contentOf = async ({ path }: Document): Promise<Readonly<Record<string, string>>> => {
    const to = await mkdtemp(join(folder, 'open-'));
    await execa('tar', ['-xzf', path, '--strip-components=1', '-C', to]);
    const names = await readdir(to, { recursive: true, withFileTypes: true });
    const files = names.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
    const read = files.map(
      async (file) => [file.slice(to.length + 1), await readFile(file, 'utf8')] as const,
    );
    return Object.fromEntries(await Promise.all(read));
  };

  it('of a whole cluster holds none of its secrets, and leaves no trace', async () => {
    const before = await site.traces();
    const document = await bundle('first.tar.gz');
    const after = await site.traces();
    for (const name of site.names())
      expect(difference(before[name] ?? [], after[name] ?? []), name).toEqual([]);
    expect(document.missing).toEqual([]);
    expect((await stat(document.path)).mode & 0o777).toBe(0o600);

    const content = await contentOf(document);
    const all = Object.values(content).join('\n');
    for (const name of site.names())
      expect(Object.keys(content)).toEqual(
        expect.arrayContaining([`hosts/${name}/k3s.log`, `hosts/${name}/machine.txt`]),
      );
    expect(Object.keys(content)).toEqual(
      expect.arrayContaining(
        [
          'about.json',
          'cluster.json',
          'status.json',
          'checks.json',
          'kube/nodes.json',
          'kube/pods.json',
        ].concat((await readdir(join(site.run.state, 'runs'))).map((run) => `runs/${run}`)),
      ),
    );
    const found = [...minted, ...made].filter(
      (secret) => all.includes(secret) || all.includes(Buffer.from(secret).toString('base64')),
    );
    expect(found).toEqual([]);
  });

  it('is made of what there is, where a host or the control node is off', async () => {
    const worker = (await site.status()).nodes.find(({ role }) => role === 'worker')?.name ?? '';
    await fault(site.lab.name, worker, 'power-off');
    const without = await bundle('without-worker.tar.gz');
    expect(without.missing.map(({ host }) => host)).toContain(worker);
    expect(Object.keys(await contentOf(without))).toContain('kube/nodes.json');
    await fault(site.lab.name, 'control', 'power-off');
    const least = await bundle('without-control.tar.gz');
    expect(least.missing.map(({ code }) => code)).toContain('HOST_UNREACHABLE');
    expect(Object.keys(await contentOf(least))).toEqual(
      expect.arrayContaining(['about.json', 'cluster.json']),
    );
    for (const name of [worker, 'control']) await fault(site.lab.name, name, 'power-on');
  });
});
