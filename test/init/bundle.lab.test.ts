import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scriptOn } from '../lab/exec-on.ts';
import { labDown } from '../lab/lab.ts';
import { layout } from '../lab/layout.ts';
import { stopServer } from '../lab/release/server-process.ts';
import { documentOf } from './cli.ts';
import { openSite, type Site } from './site.ts';

// A site without a network: everything comes out of a signed bundle. The tests build on each other, in this order.
let site: Site;
let publicKey = '';
const at = (name: string): string => join(dirname(site.lab.file), name);
const bundle = (...words: readonly string[]) => site.run(['bundle', ...words, '--output', 'json']);

/** Makes a bundle of the lab's k3s, of a serial, and of whatever else. */
const create = async (name: string, serial: number, more: string, ...words: readonly string[]) => {
  const [, k3s = ''] = /\n( {2}k3s:\n(?: {4}.*\n)+)/.exec(await readFile(site.lab.file, 'utf8')) ?? [];
  const head = `apiVersion: edgectl/v1\nkind: BundlePins\nmetadata: { name: site, serial: ${serial}, created: 2026-11-22 }\n`;
  await writeFile(at('pins.yaml'), `${head}spec:\n${k3s}${more}`);
  return documentOf(
    await bundle('create', '-f', at('pins.yaml'), '--out', at(name), '--arch', 'amd64', ...words),
  );
};
/** Has k3s come from a bundle, and nothing else. */
const use = async (name: string, notAfter = '2999-12-31') => {
  const file = (await readFile(site.lab.file, 'utf8')).replace(/^ {2}bundle: .*\n/m, '');
  const trust = `{ id: release, publicKey: "${publicKey}", notAfter: ${notAfter} }`;
  await writeFile(site.lab.file, `${file}  bundle: { path: ${name}, trust: [${trust}] }\n`);
};
/** A verb refuses for this reason, before it changes anything. */
const refuses = async (reason: string, ...words: readonly string[]) => {
  const before = await site.traces();
  const { code, stderr } = await site.run(site.on(...words));
  expect(stderr).toContain(reason);
  expect(code).toBe(2);
  expect(await site.traces()).toEqual(before);
};

beforeAll(async () => {
  site = await openSite('bundle', { boards: 2 });
});
afterAll(async () => {
  await labDown(site.lab.name);
});

it('a bundle is made from a release server, signed and whole, which is then switched off', async () => {
  const made = await bundle('keygen', '--out', at('release.key'));
  publicKey = documentOf<{ publicKey: string }>(made).publicKey;
  const key = ['--key', at('release.key')];
  expect(await create('site.bundle', 1, '', ...key)).toMatchObject({ blobs: 2, signed: true, changes: 1 });
  expect(documentOf(await bundle('verify', at('site.bundle'), '--trust', publicKey))).toMatchObject({
    name: 'site',
  });
  expect(await create('unsigned.bundle', 1, '')).toMatchObject({ signed: false });
  expect(await create('newer.bundle', 2, '', '--file', ...key)).toMatchObject({ changes: 1 });
  await writeFile(at('note.txt'), 'another content');
  const sha256 = createHash('sha256').update('another content').digest('hex');
  const note = `  files: [{ name: note.txt, source: note.txt, sha256: ${sha256} }]\n`;
  expect(await create('other.bundle', 1, note, ...key)).toMatchObject({ blobs: 3, changes: 1 });
  expect(await create('later.delta', 2, note, '--base', at('site.bundle'), ...key)).toMatchObject({
    blobs: 1,
    changes: 1,
    delta: { same: 2, full: 1 },
  });
  const parts = documentOf<{ parts: readonly object[] }>(
    await bundle('split', at('site.bundle'), '--size', '30M', '-o', at('parts/site')),
  );
  expect(parts.parts.length).toBeGreaterThan(2);
  await stopServer(layout(site.lab.name));
  await use('parts/site');
  expect(
    documentOf(await site.run(site.on('bundle', 'verify', at('parts/site'), '--output', 'json'))),
  ).toMatchObject({ signer: 'release' });
});

it('a bundle that nobody signed, or with a key that has ended, stops before anything is changed', async () => {
  await use('unsigned.bundle');
  await refuses('unsigned.bundle: it is not signed; nothing of it is used', 'init', '--yes');
  await use('site.bundle', '2020-01-01');
  const ended = 'the key that signed it has ended: "release" (2020-01-01); nothing of it is used';
  await refuses(ended, 'init', '--yes');
});

it('a delta stops before anything is changed, and says how to make a bundle of it, which then is one', async () => {
  await use('later.delta');
  for (const words of [['plan'], ['init', '--yes']]) {
    await refuses('later.delta is a delta on site, serial 1, and no whole bundle', ...words);
    await refuses('`edgectl bundle apply DELTA --base OLD -o NEW`', ...words);
  }
  const words = ['--base', at('site.bundle'), '--trust', publicKey, '--out', at('applied.bundle')];
  expect(documentOf(await bundle('apply', at('later.delta'), ...words))).toMatchObject({ changes: 1 });
  await use('applied.bundle');
  expect((await site.run(site.on('plan'))).code).toBe(0);
});

it('init makes the cluster from the parts of a bundle alone, and finds nothing to change afterwards', async () => {
  await use('parts/site');
  expect(await site.init()).toMatchObject({ failed: 0 });
  expect((await site.status()).ready).toBe(true);
  expect(await site.init()).toMatchObject({ changes: 0, failed: 0 });
});

it('a newer bundle in one file mends a board; the older one is then refused wherever it would be used', async () => {
  await scriptOn(site.lab.name, 'board-2', 'rm /var/lib/rancher/k3s/agent/images/k3s-airgap-images-*');
  await use('newer.bundle');
  expect(await site.init()).toMatchObject({ failed: 0 });
  expect(await site.init()).toMatchObject({ changes: 0, failed: 0 });

  await use('site.bundle');
  const older = 'site.bundle: bundle site has serial 1, and';
  await refuses(older, 'init', '--yes');
  for (const words of [['plan'], ['host', 'add', '192.0.2.7', '--dry-run']])
    expect((await site.run(site.on(...words))).stderr).toContain(older);
});

it('a settled cluster needs no bundle any more, and takes an older one when it is told to', async () => {
  await use('carried-away.bundle');
  expect(await site.init()).toMatchObject({ changes: 0, failed: 0 });
  await use('site.bundle');
  const words = site.on('init', '--yes', '--allow-downgrade', '--output', 'json');
  expect(documentOf(await site.run(words))).toMatchObject({ changes: 3, failed: 0 });
  expect(await site.init()).toMatchObject({ changes: 0, failed: 0 });
});

it('another bundle under the same serial is refused', async () => {
  await use('other.bundle');
  await refuses('other.bundle: bundle site with serial 1 is not the one that', 'init', '--yes');
});
