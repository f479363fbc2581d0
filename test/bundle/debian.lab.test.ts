import { appendFile, copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { documentOf, type Edgectl, edgectl } from '../init/cli.ts';
import { scratchApt } from './apt.ts';
import { buildDeb, publish, publishFlat } from './debian-archive.ts';
import { testPackages } from './debian-packages.ts';
import { type FolderServer, serveFolder } from './folder-server.ts';
import { ensurePrograms } from './programs.ts';
import { type SigningKey, signingKey } from './signing.ts';

const ARCHES = ['amd64', 'arm64'] as const;

let folder: string;
let root: string;
let key: SigningKey;
let other: SigningKey;
let ended: SigningKey;
let server: FolderServer;
let cli: Edgectl;
const at = (...path: readonly string[]) => join(folder, ...path);

beforeAll(async () => {
  await ensurePrograms({ 'apt-ftparchive': 'apt-utils', gpg: 'gnupg', gpgv: 'gpgv', xz: 'xz-utils' });
  folder = await mkdtemp(join(tmpdir(), 'edgectl-debs-'));
  root = at('archive');
  for (const arch of ARCHES)
    for (const one of testPackages(arch)) await buildDeb(join(root, 'pool/main'), one);
  await buildDeb(join(root, 'pool/main'), { Package: 'base', Version: '5', Architecture: 'all' });
  for (const arch of ARCHES)
    await buildDeb(at('flat'), {
      Package: 'cuda-like',
      Version: '12.6',
      Architecture: arch,
      Depends: 'libtwo',
    });
  [key, other, ended] = [
    await signingKey(at('key')),
    await signingKey(at('other')),
    await signingKey(at('ended'), '20200101T000000'),
  ];
  await publishFlat(at('flat'), { key, detached: true });
  server = await serveFolder(folder);
  cli = await edgectl(at('state'));
});

afterAll(async () => {
  await server.stop();
  for (const each of [key, other, ended]) await each.stop();
  await rm(folder, { recursive: true });
});

beforeEach(() => publish(root, { key }));

/** One archive of a file of pins, as YAML reads it. */
const archive = (more: object = {}) => ({
  archive: `${server.address}/archive`,
  suite: 'test',
  keyring: key.keyring,
  packages: ['app'],
  ...more,
});

const create = async (out: string, debs: readonly object[], ...words: readonly string[]) => {
  const pins = {
    apiVersion: 'edgectl/v1',
    kind: 'BundlePins',
    metadata: { name: 'site', serial: 1, created: '2026-11-22' },
    spec: { debs },
  };
  await writeFile(at('pins.yaml'), JSON.stringify(pins));
  return cli(['bundle', 'create', '-f', at('pins.yaml'), '--out', at(out), '--output', 'json', ...words]);
};

interface Manifest {
  readonly contents: readonly {
    readonly what: string;
    readonly role: string;
    readonly arch: string;
    readonly digest: string;
    readonly version: string;
    readonly purl: string;
  }[];
}

const manifestOf = async (bundle: string): Promise<Manifest> =>
  JSON.parse(await readFile(at(bundle, 'bundle.json'), 'utf8'));

/** What a bundle has for boards of an architecture, as `name version`, sorted. */
const closureIn = async (bundle: string, arch: string) =>
  (await manifestOf(bundle)).contents
    .filter((item) => item.arch === arch)
    .map(({ what, version }) => `${what.split('_')[0]} ${version}`)
    .sort();

const filesIn = async (name: string) => {
  const entries = await readdir(at(name), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files
      .sort()
      .map(async (file) => [file.slice(at(name).length), (await readFile(file)).toString('base64')]),
  );
};

const source = (arch: string) =>
  `deb [arch=${arch} signed-by=${key.keyring}] ${server.address}/archive test main`;

/** Runs what must fail: its one message, and nothing of it stays. */
const refused = async (debs: readonly object[], ...words: readonly string[]): Promise<string> => {
  const { code, stderr } = await create('refused', debs, ...words);
  expect(code).not.toBe(0);
  expect((await readdir(folder)).filter((name) => name.includes('refused'))).toEqual([]);
  return stderr.replaceAll(server.address, 'http://archive').replaceAll(folder, '');
};

describe('packages out of a Debian archive', () => {
  it('are the closure that apt chooses, for each architecture, twice the same bytes', async () => {
    expect(documentOf(await create('one', [archive()]))).toMatchObject({ changes: 1 });
    await create('two', [archive()]);
    expect(await filesIn('one')).toEqual(await filesIn('two'));
    for (const arch of ARCHES) {
      const apt = await scratchApt(at(`apt-${arch}`), { arch, source: source(arch) });
      expect(await closureIn('one', arch)).toEqual(await apt.wouldInstall(['app']));
    }
    const { contents } = await manifestOf('one');
    expect(contents).toContainEqual(
      expect.objectContaining({
        what: 'clock_1%3a2.0_arm64.deb',
        role: 'deb',
        arch: 'arm64',
        version: '1:2.0',
        purl: 'pkg:deb/edgectl-test/clock@1:2.0?arch=arm64&distro=test',
      }),
    );
    const sbom = JSON.parse(await readFile(at('one/sbom.cdx.json'), 'utf8'));
    expect(sbom.components).toContainEqual(
      expect.objectContaining({ purl: 'pkg:deb/edgectl-test/base@5?arch=all&distro=test', version: '5' }),
    );
    expect((await cli(['bundle', 'show', at('one')])).stdout).toContain('libone_1.10_amd64.deb');
  });

  it('install with nothing else at hand', async () => {
    const { stdout: arch } = await execa('dpkg', ['--print-architecture']);
    await create('offline', [archive()], '--arch', arch);
    const apt = await scratchApt(at('board'), { arch });
    const files: string[] = [];
    for (const { what, digest } of (await manifestOf('offline')).contents) {
      const file = at('board', what);
      await copyFile(at('offline/blobs/sha256', digest.replace('sha256:', '')), file);
      files.push(file);
    }
    await apt.install(files);
    const wanted = await closureIn('offline', arch);
    expect(await apt.installed()).toEqual(wanted.map((each) => `${each} installed`));

    // What the board has now is not brought a second time: as its status file, and as a list.
    const again = [
      archive({ present: at('board/var/lib/dpkg/status'), packages: ['app', 'clash'], arch: [arch] }),
    ];
    expect(await refused(again)).toContain(`${arch}: clash does not go with libtwo`);
    const list = await execa('dpkg-query', [
      `--admindir=${at('board/var/lib/dpkg')}`,
      '-W',
      '-f=${Package} ${Version} ${Architecture}\\n',
    ]);
    await writeFile(at('board.list'), list.stdout.replace(/^libtwo.*\n/m, ''));
    await create('missing', [
      archive({ present: at('board.list'), packages: ['app', 'libtwo'], arch: [arch] }),
    ]);
    expect(await closureIn('missing', arch)).toEqual(['libtwo 1.10']);
  });

  it('are what apt would bring to a board that has some of them, in older versions', async () => {
    const has = (name: string, version: string, more = '') =>
      `Package: ${name}\nStatus: install ok installed\nVersion: ${version}\nArchitecture: arm64\nMaintainer: x\nDescription: x\n${more}\n`;
    const status = [
      has('base', '4'),
      has('libone', '1.1', 'Depends: libtwo (= 1.1)\n'),
      has('libtwo', '1.1'),
      has('needs-old', '1', 'Depends: libtwo (= 1.1) | ring-b\n'),
      has('postfix', '3', 'Provides: mta\n'),
      has('helper', '2', 'Multi-Arch: allowed\n'),
    ].join('');
    const apt = await scratchApt(at('older'), { arch: 'arm64', source: source('arm64'), status });
    await create('upgrade', [archive({ present: at('older/var/lib/dpkg/status'), arch: ['arm64'] })]);
    const closure = await closureIn('upgrade', 'arm64');
    expect(closure).toEqual(await apt.wouldInstall(['app']));
    expect(closure).toEqual(['app 1.0', 'clock 1:2.0', 'libone 1.10', 'libtwo 1.10', 'ring-a 1', 'ring-b 1']);
  });

  it('come from a flat archive too, with what they need from another one', async () => {
    const flat = {
      archive: `${server.address}/flat`,
      suite: './',
      keyring: key.armoured,
      packages: ['cuda-like=12.6'],
    };
    await create('flat-bundle', [flat, archive({ packages: [] })]);
    for (const arch of ARCHES)
      expect(await closureIn('flat-bundle', arch)).toEqual(['cuda-like 12.6', 'libtwo 1.10']);
  });

  it('come from a folder, and from an archive with xz indexes and no by-hash', async () => {
    await publish(root, { key, packings: ['xz'], byHash: false });
    await create('folder-bundle', [archive({ archive: root, packages: ['clock'] })]);
    expect(await closureIn('folder-bundle', 'arm64')).toEqual(['clock 1:2.0']);
  });
});

describe('an archive that does not count', () => {
  it('is one that another key signed', async () => {
    expect(await refused([archive({ keyring: other.keyring })])).toContain(
      `http://archive/archive/dists/test/InRelease bears no signature that counts by /other/keyring.gpg: the key ${key.fingerprint.slice(-16)} is not in the keyring; nothing of it is used`,
    );
  });

  it('is one whose key has expired', async () => {
    await publish(root, { key: ended });
    expect(await refused([archive({ keyring: ended.keyring })])).toContain(
      'has expired; nothing of it is used',
    );
  });

  it('is one whose release was changed, or is not signed at all', async () => {
    const release = join(root, 'dists/test/InRelease');
    await writeFile(release, (await readFile(release, 'utf8')).replace('Suite: test', 'Suite: best'));
    expect(await refused([archive()])).toContain('does not fit: it was changed; nothing of it is used');
    await copyFile(join(root, 'dists/test/Release'), release);
    expect(await refused([archive()])).toContain('it bears no signature; nothing of it is used');
    await rm(release);
    expect(await refused([archive()])).toContain('dists/test/Release is not signed; nothing of it is used');
  });

  it('is one with a text before the signed one: that is not read', async () => {
    const release = join(root, 'dists/test/InRelease');
    const forged = 'Suite: test\nArchitectures: amd64 arm64\nSHA256:\n';
    await writeFile(release, `${forged}\n${await readFile(release, 'utf8')}`);
    await create('prefixed', [archive()]);
    expect(await closureIn('prefixed', 'amd64')).toContain('app 1.0');
  });

  it('is one whose release has expired, or is of another suite; a pin of its digest takes it all the same', async () => {
    await publish(root, { key, fields: { 'Valid-Until': 'Sat, 01 Jan 2022 00:00:00 UTC' } });
    const says = await refused([archive()]);
    expect(says).toContain('its release has expired on 2022-01-01 00:00; nothing of it is used');
    const release = /sha256:([0-9a-f]{64})/.exec(says)?.[1];
    await create('pinned', [archive({ release })]);
    expect(await closureIn('pinned', 'amd64')).toContain('app 1.0');

    await publish(root, { key, fields: { Suite: 'old', Codename: 'older' } });
    expect(await refused([archive()])).toContain('it is the release "old" ("older"), not "test"');
    expect(await refused([archive({ release })])).toMatch(
      / its release is sha256:\w+, the pins name sha256:\w+/,
    );
  });

  it('has an index or a package that is not what was signed', async () => {
    await buildDeb(join(root, 'pool/main'), { Package: 'fresh', Version: '1', Architecture: 'all' });
    await publish(root, { key, byHash: false });
    const index = join(root, 'dists/test/main/binary-amd64/Packages.gz');
    const whole = await readFile(index);
    await appendFile(index, 'x');
    const fresh = [archive({ packages: ['fresh'] })];
    expect(await refused(fresh, '--arch', 'amd64')).toContain('main/binary-amd64/Packages.gz has the digest');
    await writeFile(index, whole);
    await appendFile(join(root, 'pool/main/fresh_1_all.deb'), 'x');
    expect(await refused(fresh, '--arch', 'amd64')).toContain('pool/main/fresh_1_all.deb has the digest');
  });
});

describe('packages that cannot be had', () => {
  it('are all named at once, with the chain that wants them, before any package is fetched', async () => {
    server.asked.length = 0;
    const says = await refused([archive({ packages: ['top'] })], '--arch', 'amd64');
    expect(says).toContain('amd64: nowhere: no archive has it, wanted by middle 2, wanted by top 3');
    expect(says).toContain(
      'amd64: libone (<< 1.0) | libone (>= 2): the archives have libone 1.10, wanted by middle 2, wanted by top 3',
    );
    expect(server.asked.filter((path) => path.includes('/pool/'))).toEqual([]);
    expect(await refused([archive({ packages: ['libone=7', 'mta', 'none'] })], '--arch', 'amd64')).toMatch(
      /there is no libone 7, only 1.*, 1.*there is no package mta, only others that provide it: mail-a, mail-b.*there is no package none/s,
    );
    expect(await refused([archive({ packages: ['app', 'clash'] })], '--arch', 'arm64')).toContain(
      'arm64: clash does not go with libtwo: the pins name clash 1; libtwo 1.10 is brought, wanted by libone 1.10, wanted by app 1.0',
    );
  });
});
