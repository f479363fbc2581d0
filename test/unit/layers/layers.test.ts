import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { Header } from 'tar';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { layerReader } from '../../../src/adapters/layers/layers.ts';
import { zstdEncoded } from '../../../src/adapters/zstd/encode.ts';
import { PACKAGE_QUESTION } from '../../../src/domain/packages/question.ts';

const STATUS = 'var/lib/dpkg/status';
const PACKAGE = 'Package: one\nVersion: 1\nArchitecture: all\n';
const ONE = { packages: [{ kind: 'deb', name: 'one', version: '1', arch: 'all', licences: [] }] };

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'edgectl-layers-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A tar made by tar itself; a content of null is a folder, one that begins with `->` a link. */
const tarOf = (files: Readonly<Record<string, string | null>>, ...more: readonly string[]): Buffer => {
  const root = mkdtempSync(join(folder, 'root-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, content === null ? path : dirname(path)), { recursive: true });
    if (content?.startsWith('->')) execFileSync('ln', ['-s', content.slice(2), join(root, path)]);
    else if (content !== null) writeFileSync(join(root, path), content);
  }
  return execFileSync('tar', ['-C', root, '--sort=name', '-cf', '-', ...more, '.'], {
    maxBuffer: 1 << 24,
  });
};
/** A single entry as nobody's tar would make it. */
const entryOf = (
  path: string,
  content: string,
  size = content.length,
  type: 'File' | 'CharacterDevice' = 'File',
) => {
  const block = Buffer.alloc(512);
  new Header({ path, size, mode: 0o644, type, mtime: new Date(0) }).encode(block);
  return Buffer.concat([block, Buffer.from(content), Buffer.alloc(-content.length & 511)]);
};
const END = Buffer.alloc(1024);

const zstdOf = async (bytes: Buffer): Promise<Buffer> => {
  const parts: Uint8Array[] = [];
  for await (const part of zstdEncoded(Readable.from([bytes]))) parts.push(part);
  return Buffer.concat(parts);
};

let files = 0;
const put = (bytes: Buffer) => {
  const path = join(folder, `${++files}`);
  writeFileSync(path, bytes);
  return { path, size: bytes.length };
};
const ask = (bytes: Buffer, digest = `sha256:${++files}`) =>
  layerReader(join(folder, 'cache')).ask(put(bytes), digest, PACKAGE_QUESTION);
/** What stays of the answers without the folders that tar names on the way. */
const askFor = async (bytes: Buffer) =>
  (await ask(bytes)).filter((entry) => !('is' in entry && entry.is === 'folder'));

describe('the answer of a layer', () => {
  it('is the same whether it is compressed or not, and in however many pieces', async () => {
    const tar = tarOf({ [STATUS]: PACKAGE, 'usr/bin/big': 'x'.repeat(1 << 20) });
    const half = tar.length >> 1;
    const twice = Buffer.concat([gzipSync(tar.subarray(0, half)), gzipSync(tar.subarray(half))]);
    for (const form of [tar, gzipSync(tar), twice, await zstdOf(tar)])
      expect(await askFor(form)).toEqual([{ path: STATUS, value: ONE }]);
  });

  it('is what packages need: files, links, and what goes away', async () => {
    const tar = tarOf({
      'etc/os-release': '->../usr/lib/os-release',
      'usr/lib/os-release': 'ID=debian\n',
      'usr/share/doc/two': '->one',
      'usr/share/doc/.wh.three': '',
      'usr/share/doc/one/changelog': '',
      'var/lib/dpkg/status.d/.wh..wh..opq': '',
      'var/lib/dpkg/status.d/one': PACKAGE,
      'var/lib/dpkg/status.d/one.md5sums': '',
      'var/lib/other/.wh.status': '',
    });
    expect(await askFor(tar)).toEqual([
      { path: 'etc/os-release', link: '../usr/lib/os-release' },
      { path: 'usr/lib/os-release', value: { system: { id: 'debian' } } },
      { path: 'usr/share/doc/three', is: 'gone' },
      { path: 'usr/share/doc/two', link: 'one' },
      { path: 'var/lib/dpkg/status.d', is: 'opaque' },
      { path: 'var/lib/dpkg/status.d/one', value: ONE },
    ]);
  });

  it('knows paths of every dialect, and none that leads out', async () => {
    const long = `usr/share/doc/${'n'.repeat(90)}/copyright`;
    const text =
      'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: ISC\n';
    for (const format of ['gnu', 'pax', 'ustar'])
      expect(await askFor(tarOf({ [long]: text }, `--format=${format}`)), format).toEqual([
        { path: long, value: { licences: ['ISC'] } },
      ]);
    const odd = [`/${STATUS}`, `.//./${STATUS}`, `../${STATUS}`, `usr/../${STATUS}`];
    const tar = Buffer.concat([...odd.map((path) => entryOf(path, PACKAGE)), END]);
    expect(await ask(tar)).toEqual([
      { path: STATUS, value: ONE },
      { path: STATUS, value: ONE },
    ]);
  });

  it('has no more than it should: a file that is too big is named, a device is not a file', async () => {
    const big = 'x'.repeat((64 << 10) + 1);
    const tar = [
      entryOf('etc/os-release', big),
      entryOf(STATUS, '', 0, 'CharacterDevice'),
      entryOf('usr/share/doc', 'a file where a folder should be'),
    ];
    expect(await ask(Buffer.concat([...tar, END]))).toEqual([
      { path: 'etc/os-release', is: 'unread' },
      { path: STATUS, is: 'other' },
      { path: 'usr/share/doc', is: 'other' },
    ]);
  });

  it('ends where the archive ends, whatever stands behind', async () => {
    const tar = Buffer.concat([tarOf({ [STATUS]: PACKAGE }), Buffer.alloc(64 << 20, 1)]);
    const before = process.memoryUsage().arrayBuffers;
    expect(await askFor(gzipSync(tar))).toEqual([{ path: STATUS, value: ONE }]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 << 20);
    expect(await ask(END)).toEqual([]);
  });

  it('is none when the layer is no whole tar file', async () => {
    const tar = tarOf({ [STATUS]: PACKAGE, 'usr/bin/big': 'x'.repeat(1 << 16) });
    const damaged = Buffer.from(tar);
    damaged.fill(0xff, 512, 600);
    await expect(ask(damaged)).rejects.toThrow('it is no whole tar file: checksum failure');
    await expect(ask(tar.subarray(0, 30_000))).rejects.toThrow('it is no whole tar file: Truncated input');
    await expect(ask(gzipSync(tar).subarray(0, 300))).rejects.toThrow('unexpected end of file');
    await expect(ask(Buffer.from('{"not":"a layer"}'))).rejects.toThrow('it is no whole tar file');
    await expect(ask(gzipSync(gzipSync(tar)))).rejects.toThrow('it is compressed twice');
  });

  it('is kept by its digest, and asked for again when what was kept is none', async () => {
    const tar = tarOf({ [STATUS]: PACKAGE });
    const first = await ask(tar, 'sha256:a');
    expect(await ask(Buffer.from('never read'), 'sha256:a')).toEqual(first);
    const kept = join(folder, 'cache', PACKAGE_QUESTION.id);
    expect(readdirSync(kept)).toEqual(['sha256-a.json']);
    for (const torn of ['[{"path":', '[{"path":"etc/os-release","value":{"system":{}}}]']) {
      writeFileSync(join(kept, 'sha256-a.json'), torn);
      expect(await ask(tar, 'sha256:a')).toEqual(first);
    }
  });
});

it('a diff id is the digest of the uncompressed layer', async () => {
  const tar = tarOf({ [STATUS]: PACKAGE });
  const diffId = `sha256:${createHash('sha256').update(tar).digest('hex')}`;
  const reader = layerReader(folder);
  const bytes = gzipSync(tar);
  let told = 0;
  const progress = (done: number) => {
    told = done;
  };
  expect(await reader.diffId(put(bytes), progress)).toEqual({ diffId, form: 'gzip' });
  expect(told).toBe(bytes.length);
  expect(await reader.diffId(put(tar), progress)).toEqual({ diffId, form: 'none' });
});
