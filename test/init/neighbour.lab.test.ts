import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { removeHost } from '../../src/spec/edit-cluster-file.ts';
import { layerOf } from '../bundle/make-image.ts';
import { scriptOn } from '../lab/exec-on.ts';
import { fault, labDown } from '../lab/lab.ts';
import { documentOf, type RunDocument } from './cli.ts';
import { counting } from './counters.ts';
import { openSite, type Site } from './site.ts';
import { type BundleMaker, bundleMaker } from './site-bundle.ts';

// What a cluster has is not sent again: real bytes, as the nodes' network cards count them. The tests build on each other.
const MIB = 1 << 20;
const MODEL = 24 * MIB;
const LAYER = 16 * MIB;
const NEW = 'board-4';
/** What a control node says beside: it votes in etcd, and is asked a few questions over SSH. */
const TALK = 4 * MIB;

let site: Site;
let bundles: BundleMaker;
let layer: Awaited<ReturnType<typeof layerOf>>;
let added: readonly string[];
const json = async (...words: readonly string[]): Promise<RunDocument> =>
  documentOf<RunDocument>(await site.run(site.on(...words, '--yes', '--output', 'json')));
const push = (): Promise<RunDocument> => json('bundle', 'push');

beforeAll(async () => {
  site = await openSite('neighbour', { boards: 4 });
  bundles = await bundleMaker(site);
  layer = await layerOf('weights', LAYER);
  await bundles.make({ serial: 1, files: { 'model.onnx': MODEL }, layers: [layer] });
  const file = await readFile(site.lab.file, 'utf8');
  const node = site.lab.nodes.find(({ name }) => name === NEW);
  const hostKey = new RegExp(`address: ${node?.address}\\s+hostKey: (.+)`).exec(file)?.[1] ?? '';
  added = ['host', 'add', node?.address ?? '', '--name', NEW, '--host-key', hostKey];
  await writeFile(site.lab.file, removeHost(file, NEW));
  expect(await site.init()).toMatchObject({ failed: 0 });
});
afterAll(async () => {
  await labDown(site.lab.name);
});

it('a second init moves nothing', async () => {
  const { result, bytes } = await counting(site, () => site.init());
  expect(result).toMatchObject({ changes: 0, failed: 0 });
  expect(bytes.sent).toBeLessThan(MIB);
});

it('a board added later is fed by its neighbours, not by the control node and not by edgectl', async () => {
  const { result, bytes } = await counting(site, () => json(...added));
  expect(result).toMatchObject({ failed: 0 });
  const k3s = Number(
    await scriptOn(
      site.lab.name,
      NEW,
      'cat /usr/local/bin/k3s /var/lib/rancher/k3s/agent/images/*.tar* | wc -c',
    ),
  );
  const content = k3s + MODEL + LAYER;
  process.stdout.write(`${JSON.stringify({ content, ...bytes })}\n`);
  expect(bytes.taken[NEW]).toBeGreaterThan(content);
  const neighbours = ['board-1', 'board-2', 'board-3'].reduce(
    (sum, name) => sum + (bytes.given[name] ?? 0),
    0,
  );
  expect(neighbours).toBeGreaterThan(content);
  expect(bytes.given['control']).toBeLessThan(TALK);
  // Beside questions and answers edgectl sends the relay itself to boards that never had it.
  const helper = Number(await scriptOn(site.lab.name, NEW, 'cat /usr/local/lib/edgectl/node-helper | wc -c'));
  expect(bytes.sent).toBeLessThan(4 * helper + TALK);
  expect(bytes.sent).toBeLessThan(content / 2);
});

it('and the second time nothing is left to do, and nothing is moved', async () => {
  const { result, bytes } = await counting(site, () => json(...added));
  expect(result).toMatchObject({ changes: 0, failed: 0 });
  expect(bytes.sent).toBeLessThan(MIB);
  expect(bytes.taken[NEW]).toBeLessThan(TALK);
});

it('a board without room fails alone, with the numbers, before anything is sent to it; with room it catches up', async () => {
  const worker = (await site.status()).nodes.find(({ role }) => role === 'worker')?.name ?? '';
  await bundles.make({
    serial: 2,
    files: { 'model.onnx': MODEL },
    layers: [layer, await layerOf('more', LAYER)],
  });
  await fault(site.lab.name, worker, 'disk-full');
  const { result, bytes } = await counting(site, async () =>
    site.run(site.on('bundle', 'push', '--yes', '--output', 'json')),
  );
  await fault(site.lab.name, worker, 'disk-free');
  expect(result.code).toBe(3);
  expect(result.stderr).toMatch(
    new RegExp(
      `^error: ${worker}: /var/lib/rancher/k3s/agent/containerd: \\d{8,} bytes needed, \\d{1,6} bytes free on the file system at /var/lib/rancher$`,
      'm',
    ),
  );
  const { hosts } = documentOf<RunDocument>(result);
  expect(hosts.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual([worker]);
  // The model went to another file system, the image did not.
  expect(bytes.taken[worker]).toBeLessThan(MODEL + LAYER);
  // Others took the model and the new layer, but not the one that their containerd has from the first image.
  const other = site.names().find((name) => ![worker, 'control', 'board-1'].includes(name)) ?? '';
  expect(bytes.taken[other]).toBeGreaterThan(MODEL + LAYER);
  expect(bytes.taken[other]).toBeLessThan(MODEL + 2 * LAYER);
  expect(await push()).toMatchObject({ failed: 0 });
  expect(await push()).toMatchObject({ changes: 0, failed: 0 });
});
