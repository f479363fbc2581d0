import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { labDown } from '../lab/lab.ts';
import { documentOf } from './cli.ts';
import { openSite, type Site } from './site.ts';

// A site without a network: everything comes out of a signed bundle. The tests build on each other, in this order.
let site: Site;
const at = (name: string): string => join(dirname(site.lab.file), name);
const bundle = (...words: readonly string[]) => site.run(['bundle', ...words, '--output', 'json']);

beforeAll(async () => {
  site = await openSite('bundle', { boards: 2 });
});
afterAll(async () => {
  await labDown(site.lab.name);
});

it('a bundle is made from a release server, signed and whole', async () => {
  const [, k3s = ''] = /\n( {2}k3s:\n(?: {4}.*\n)+)/.exec(await readFile(site.lab.file, 'utf8')) ?? [];
  const head =
    'apiVersion: edgectl/v1\nkind: BundlePins\nmetadata: { name: site, serial: 1, created: 2026-11-22 }\n';
  await writeFile(at('pins.yaml'), `${head}spec:\n${k3s}`);
  const key = documentOf<{ publicKey: string }>(await bundle('keygen', '--out', at('release.key')));
  const made = await bundle(
    'create',
    '-f',
    at('pins.yaml'),
    '--out',
    at('site.bundle'),
    '--arch',
    'amd64',
    '--key',
    at('release.key'),
  );
  expect(documentOf(made)).toMatchObject({ blobs: 2, signed: true, changes: 1 });
  expect(documentOf(await bundle('verify', at('site.bundle'), '--trust', key.publicKey))).toMatchObject({
    name: 'site',
  });

  // From here on nobody serves a release.
  const file = await readFile(site.lab.file, 'utf8');
  await writeFile(site.lab.file, file.replace(/source: .*/, 'source: http://192.0.2.1'));
  await appendFile(
    site.lab.file,
    `  bundle: { path: site.bundle, trust: [{ id: release, publicKey: "${key.publicKey}" }] }\n`,
  );
});

it('a bundle that nobody signed stops before anything is changed', async () => {
  const before = await site.traces();
  const unsigned = await bundle(
    'create',
    '-f',
    at('pins.yaml'),
    '--out',
    at('unsigned.bundle'),
    '--arch',
    'amd64',
  );
  expect(documentOf(unsigned)).toMatchObject({ signed: false });
  const file = await readFile(site.lab.file, 'utf8');
  await writeFile(at('unsigned.yaml'), file.replace('path: site.bundle', 'path: unsigned.bundle'));
  const { code, stderr } = await site.run(['init', '-f', at('unsigned.yaml'), '--yes']);
  expect(code).toBe(2);
  expect(stderr).toContain('unsigned.bundle: it is not signed; nothing of it is used');
  expect(await site.traces()).toEqual(before);
});

it('init makes the cluster from the bundle alone, and finds nothing to change afterwards', async () => {
  expect(await site.init()).toMatchObject({ failed: 0 });
  expect((await site.status()).ready).toBe(true);
  expect(await site.init()).toMatchObject({ changes: 0, failed: 0 });
});
