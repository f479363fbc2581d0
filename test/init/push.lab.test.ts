import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { prepareRegistries, startRegistry } from '../bundle/docker-registry.ts';
import { layerOf, pushImage } from '../bundle/make-image.ts';
import { scriptOn } from '../lab/exec-on.ts';
import { labDown } from '../lab/lab.ts';
import { documentOf, type RunDocument } from './cli.ts';
import { openSite, type Site } from './site.ts';

// Bundles of a model, many small files and an image, brought to boards that run k3s. The tests build on each other.
let site: Site;
const at = (name: string): string => join(dirname(site.lab.file), name);
const boards = () => site.names().filter((name) => name !== 'control');
const on = async (node: string, script: string) => (await scriptOn(site.lab.name, node, script)).trim();
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const pathOf = (name: string, text: string): string =>
  `/var/lib/edgectl/content/${sha256(text).slice(0, 12)}-${name}`;
const SMALL = 200;

/** A bundle with a model of this text and an image of one layer with it; gives the image's name. */
const makeBundle = async (serial: number, model: string, layers?: 'zstd'): Promise<string> => {
  const registry = await startRegistry(at('storage'));
  try {
    const image = `${registry.host}/detect:${serial}`;
    const digest = await pushImage({
      to: image,
      images: [{ platform: { architecture: 'amd64' }, layers: [await layerOf('model', model)] }],
      index: false,
    });
    await mkdir(at('files'), { recursive: true });
    const files = await Promise.all(
      [
        ['model.onnx', model] as const,
        ...Array.from({ length: SMALL }, (_, n) => [`small-${n}.bin`, `small file ${n}`] as const),
      ].map(async ([name, text]) => {
        await writeFile(at(`files/${name}`), text);
        return {
          name,
          source: `./files/${name}`,
          sha256: sha256(text),
          ...(name === 'model.onnx' ? { role: 'model' } : {}),
        };
      }),
    );
    const pins = {
      apiVersion: 'edgectl/v1',
      kind: 'BundlePins',
      metadata: { name: 'models', serial, created: '2026-11-22' },
      spec: {
        images: [{ ref: `${image}@${digest}`, arch: 'amd64', ...(layers ? { layers } : {}) }],
        registries: { [registry.host]: { plainHttp: true } },
        files,
      },
    };
    await writeFile(at(`pins-${serial}.yaml`), JSON.stringify(pins));
    const made = await site.run([
      'bundle',
      'create',
      '-f',
      at(`pins-${serial}.yaml`),
      '-o',
      at(`models-${serial}.bundle`),
      '--arch',
      'amd64',
      '--output',
      'json',
    ]);
    documentOf(made);
    return image;
  } finally {
    await registry.stop();
  }
};

const push = async (serial: number): Promise<RunDocument> =>
  documentOf<RunDocument>(
    await site.run(
      site.on(
        'bundle',
        'push',
        at(`models-${serial}.bundle`),
        '--allow-unsigned',
        '--yes',
        '--output',
        'json',
      ),
    ),
  );

const imagesOn = (board: string): Promise<string> => on(board, 'k3s ctr -n k8s.io images ls -q');

let first: string;
let second: string;

beforeAll(async () => {
  await prepareRegistries();
  site = await openSite('push', { boards: 2 });
  await mkdir(at('storage'), { recursive: true });
  expect(await site.init()).toMatchObject({ failed: 0 });
  first = await makeBundle(1, 'model one');
  second = await makeBundle(2, 'model two', 'zstd');
});
afterAll(async () => {
  await labDown(site.lab.name);
});

it('a dry-run leaves no trace', async () => {
  const before = await site.traces();
  const { code, stdout } = await site.run(
    site.on('bundle', 'push', at('models-1.bundle'), '--allow-unsigned', '--dry-run'),
  );
  expect(code).toBe(0);
  expect(stdout).toContain(`place ${SMALL + 1} files of the bundle`);
  expect(await site.traces()).toEqual(before);
});

it('an unsigned bundle is refused', async () => {
  const { code, stderr } = await site.run(site.on('bundle', 'push', at('models-1.bundle'), '--yes'));
  expect(code).not.toBe(0);
  expect(stderr).toContain('it is not signed; nothing of it is used');
});

it('killed at the first change of each phase, it goes on; then every board has everything', async () => {
  const seen = new Set<string>();
  for (;;) {
    let killed = false;
    const { code, stderr } = await site.run.watch(
      site.on('bundle', 'push', at('models-1.bundle'), '--allow-unsigned', '--yes'),
      (event, send) => {
        if (killed || event.type !== 'change-started' || seen.has(event.phase)) return;
        seen.add(event.phase);
        killed = true;
        send('SIGKILL');
      },
    );
    if (killed) continue;
    expect(code, stderr).toBe(0);
    break;
  }
  expect([...seen]).toEqual(expect.arrayContaining(['note-bundle', 'place-content', 'import-images']));
  for (const board of boards()) {
    expect(await on(board, `cat ${pathOf('model.onnx', 'model one')}`)).toBe('model one');
    expect(await on(board, 'ls /var/lib/edgectl/content | wc -l')).toBe(String(SMALL + 1));
    expect(await imagesOn(board)).toContain(first);
    expect(
      await on(board, 'ls /var/lib/edgectl/images /var/lib/edgectl/blobs 2>/dev/null || true'),
    ).not.toContain('sha256');
  }
});

it('the second run finds nothing to change', async () => {
  expect(await push(1)).toMatchObject({ changes: 0, failed: 0 });
});

it('a file that was touched on a board comes again', async () => {
  const [board = ''] = boards();
  await on(board, `echo other > ${pathOf('small-7.bin', 'small file 7')}`);
  expect(await push(1)).toMatchObject({ changes: 2, failed: 0 });
  expect(await on(board, `cat ${pathOf('small-7.bin', 'small file 7')}`)).toBe('small file 7');
});

it('a list from another time is not believed', async () => {
  const [board = ''] = boards();
  const file = pathOf('small-8.bin', 'small file 8');
  // The list is an old one, and says that the right content lies there; but it is another file now.
  await on(
    board,
    `cp /var/lib/edgectl/placed /root/placed; echo evil > ${file}.new; mv ${file}.new ${file}; cp /root/placed /var/lib/edgectl/placed; rm /root/placed`,
  );
  expect(await push(1)).toMatchObject({ changes: 2, failed: 0 });
  expect(await on(board, `cat ${file}`)).toBe('small file 8');
});

it('the second one has its layers in zstd', async () => {
  const { stdout } = await execa('grep', ['-rlF', 'layer.v1.tar+zstd', at('models-2.bundle')]);
  expect(stdout.split('\n')).toHaveLength(1);
});

it('what an earlier bundle brought goes, but not while somebody uses it', async () => {
  const [one = '', other = ''] = boards();
  const old = pathOf('model.onnx', 'model one');
  await on(
    one,
    `setsid sh -c 'exec 3<${old}; echo $$ > /run/reader; exec sleep 600' >/dev/null 2>&1 </dev/null & sleep 1`,
  );
  expect(await push(2)).toMatchObject({ failed: 0 });
  expect(await push(2)).toMatchObject({ changes: 0, failed: 0 });
  expect(await on(one, `ls ${old}`)).toBe(old);
  expect(await on(other, `ls ${old} 2>/dev/null || echo gone`)).toBe('gone');
  for (const board of boards()) {
    const images = await imagesOn(board);
    expect(images).toContain(second);
    expect(images).not.toContain(first);
    expect(await on(board, `cat ${pathOf('model.onnx', 'model two')}`)).toBe('model two');
  }
  await on(one, 'kill $(cat /run/reader)');
  expect(await push(2)).toMatchObject({ changes: 1, failed: 0 });
  expect(await on(one, `ls ${old} 2>/dev/null || echo gone`)).toBe('gone');
});

it('an older bundle is refused', async () => {
  const { code, stderr } = await site.run(
    site.on('bundle', 'push', at('models-1.bundle'), '--allow-unsigned', '--yes'),
  );
  expect(code).not.toBe(0);
  expect(stderr).toContain('bundle models has serial 1');
});

it('reset takes everything away', async () => {
  expect(
    documentOf<RunDocument>(await site.run(site.on('reset', '--yes', '--output', 'json'))),
  ).toMatchObject({ failed: 0 });
  for (const board of boards())
    expect(await on(board, 'ls -A /var/lib/edgectl 2>/dev/null || true')).toBe('');
});
