import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyBundle } from '../../../src/actions/bundle-verify.ts';
import { bundleAt } from '../../../src/adapters/bundle/bundle-at.ts';
import { bundleWriter } from '../../../src/adapters/bundle/bundle-writer.ts';
import { debReader } from '../../../src/adapters/debian/deb-reader.ts';
import { layerReader } from '../../../src/adapters/layers/layers.ts';
import { OCI_INDEX } from '../../../src/domain/bundles/image-manifest.ts';
import { indexText, OCI_LAYOUT } from '../../../src/domain/bundles/layout.ts';
import { type BundleItem, manifestText } from '../../../src/domain/bundles/manifest.ts';
import { digest } from '../../../src/support/digest.ts';

const APP = 'registry.example/app:1';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';
const TARS = ['first', 'second'].map((text) => Buffer.from(text.repeat(1000)));
const BLOBS = TARS.map((tar) => gzipSync(tar));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'edgectl-deep-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

type Json = Record<string, unknown>;
/** What is changed before anything is named by its digest, so that every digest is right, and what they name is not. */
interface Tampered {
  readonly config?: (config: Json) => Json | string;
  readonly manifest?: (manifest: Json & { layers: Json[]; config: Json }) => Json | string;
  readonly contents?: (items: BundleItem[]) => BundleItem[];
  readonly inner?: (index: Json & { manifests: Json[] }) => Json;
  readonly index?: (text: string) => string;
  readonly layout?: string;
}

/** An unsigned bundle of one image for arm64, under an index. */
const write = async (of: Tampered = {}) => {
  const blobs = new Map<string, Buffer>();
  const put = (content: Json | string | Buffer) => {
    const bytes = Buffer.isBuffer(content)
      ? content
      : Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
    blobs.set(digest(bytes), bytes);
    return { digest: digest(bytes), size: bytes.length };
  };
  const platform = { architecture: 'arm64', os: 'linux' };
  const plain = { ...platform, rootfs: { type: 'layers', diff_ids: TARS.map((tar) => digest(tar)) } };
  const config = put(of.config?.(plain) ?? plain);
  const layers = BLOBS.map(put);
  const image = {
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: { mediaType: CONFIG, ...config },
    layers: layers.map((one) => ({ mediaType: LAYER, ...one })),
  };
  const manifest = put(of.manifest?.(image) ?? image);
  const index = {
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: [{ mediaType: MANIFEST, ...manifest, platform }],
  };
  const top = put(of.inner?.(index) ?? index);
  const item = (role: BundleItem['role'], one: typeof top, arch: BundleItem['arch'] = 'arm64') => ({
    what: APP,
    role,
    arch,
    ...one,
  });
  const items = [
    item('image', top, 'any'),
    item('image', manifest),
    item('image-config', config),
    ...layers.map((layer) => item('image-layer', layer)),
  ];
  const plainIndex = indexText([{ name: APP, mediaType: OCI_INDEX, ...top }]);
  const texts = {
    'index.json': of.index?.(plainIndex) ?? plainIndex,
    'oci-layout': of.layout ?? OCI_LAYOUT,
  };
  const text = manifestText({
    format: 1,
    name: 'site',
    serial: 1,
    created: '2026-11-22',
    images: [{ name: APP, digest: top.digest, arch: 'arm64' }],
    contents: of.contents?.(items) ?? items,
    parts: Object.entries(texts).map(([path, of]) => ({ path, digest: digest(of), size: of.length })),
  });
  const files = [...blobs].map(([digest, bytes]) => ({
    digest,
    name: digest,
    file: { pieces: [{ bytes }], size: bytes.length },
  }));
  const bundle = { texts: { ...texts, 'bundle.json': text }, blobs: files };
  await bundleWriter.write(join(folder, 'site'), bundle, () => {});
  return { config, layers, manifest, top };
};

/** Every fault, with `--deep`; without the place of the bundle. */
const faults = async () => {
  const progress: number[] = [];
  const { problems, verified } = await verifyBundle(
    bundleAt(join(folder, 'site')),
    { keys: [], allowUnsigned: true, today: '2026-11-22' },
    undefined,
    () => {},
    {
      layers: layerReader(join(folder, 'cache')),
      debs: debReader(join(folder, 'cache')),
      meter: () => (done, total) => progress.push(done / total),
    },
  );
  if (verified.layers) expect(progress.at(-1)).toBe(1);
  return problems.map(({ message }) => message.replace(`${join(folder, 'site')}: `, ''));
};

const IMAGE = `${APP} for arm64`;
const [FIRST = '', SECOND = ''] = BLOBS.map((blob) => digest(blob));
const [FIRST_TAR = '', SECOND_TAR = ''] = TARS.map((tar) => digest(tar));

describe('a bundle that is looked into deeply', () => {
  it('is whole as it was made', async () => {
    await write();
    expect(await faults()).toEqual([]);
  });

  it('has layers that unpack to what the configuration says', async () => {
    const ids = [SECOND_TAR, `sha256:${'0'.repeat(64)}`];
    await write({ config: (config) => ({ ...config, rootfs: { type: 'layers', diff_ids: ids } }) });
    expect(await faults()).toEqual([
      `${IMAGE}: its layer ${FIRST} unpacks to ${FIRST_TAR}, its configuration says ${SECOND_TAR}`,
      `${IMAGE}: its layer ${SECOND} unpacks to ${SECOND_TAR}, its configuration says ${ids[1]}`,
    ]);
  });

  it('has a configuration for its boards, with as many layers as the manifest', async () => {
    const amd = { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [FIRST_TAR] } };
    const { config } = await write({ config: () => amd });
    expect(await faults()).toEqual([
      `${IMAGE}: its configuration ${config.digest} is for linux/amd64`,
      `${IMAGE}: its configuration ${config.digest} names 1 layers, its manifest 2`,
    ]);
  });

  it('has media types that say what is there', async () => {
    await write({
      manifest: ({ layers: [one, other], ...rest }) => ({
        ...rest,
        layers: [
          { ...one, mediaType: LAYER.replace('gzip', 'zstd') },
          { ...other, mediaType: 'text/html' },
        ],
      }),
    });
    expect(await faults()).toEqual([
      `${IMAGE}: its layer ${SECOND} is no layer, but text/html`,
      `${IMAGE}: its layer ${FIRST} is packed by gzip, its manifest says ${LAYER.replace('gzip', 'zstd')}`,
    ]);
  });

  it('has in bundle.json what its manifests name, of the same sizes, and nothing else', async () => {
    const stranger = digest('a stranger');
    await write({
      manifest: ({ layers: [one, other], ...rest }) => ({
        ...rest,
        layers: [
          { ...one, size: 7 },
          { ...other, digest: stranger },
        ],
      }),
    });
    expect(await faults()).toEqual([
      `${IMAGE}: its layer ${FIRST} has ${BLOBS[0]?.length} bytes, its manifest says 7`,
      `${IMAGE}: its layer ${stranger} is not in bundle.json`,
      `${IMAGE}: ${SECOND} is in bundle.json, and its manifest does not name it`,
    ]);
  });

  it('has documents that can be read', async () => {
    const { manifest } = await write({ manifest: () => '{"schemaVersion":2}' });
    expect(await faults()).toEqual([`${IMAGE}: its manifest is not understood (${manifest.digest})`]);
    rmSync(join(folder, 'site'), { recursive: true });
    const { config } = await write({ config: () => 'no JSON' });
    expect(await faults()).toEqual([`${IMAGE}: its configuration ${config.digest} is not understood`]);
  });

  it('has an index.json and an oci-layout that name the same images', async () => {
    const { top } = await write({
      index: (text) => text.replaceAll(APP, 'another:1'),
      layout: '{"imageLayoutVersion":"2.0.0"}',
    });
    expect(await faults()).toEqual([
      'oci-layout is not of an OCI image layout 1.0.0',
      `index.json names ${APP} 0 times`,
      `index.json names "another:1" (${top.digest}), which bundle.json does not`,
    ]);
  });

  it('is led to each of its manifests, and to nothing else', async () => {
    const stranger = digest('a stranger');
    const { top, manifest } = await write({
      inner: ({ manifests: [one], ...rest }) => ({ ...rest, manifests: [{ ...one, digest: stranger }] }),
    });
    expect(await faults()).toEqual([
      `index.json: ${APP}: ${top.digest} does not lead to its manifest for arm64, ${manifest.digest}`,
      `index.json: ${APP}: ${top.digest} leads to ${stranger}, which is not in bundle.json`,
    ]);
    rmSync(join(folder, 'site'), { recursive: true });
    const again = await write({ index: (text) => text.replace(/"size": \d+/, '"size": 3') });
    expect(await faults()).toEqual([
      `index.json: ${APP}: ${again.top.digest} has ${again.top.size} bytes, not 3`,
    ]);
  });

  it('is blamed once for each blob that was damaged, whatever else hangs on it', async () => {
    const { layers, config } = await write();
    const at = (of: string) => join(folder, 'site/blobs', of.replace(':', '/'));
    writeFileSync(at(layers[0]?.digest ?? ''), Buffer.alloc(layers[0]?.size ?? 0));
    writeFileSync(at(config.digest), 'cut');
    expect(await faults()).toEqual([
      `the blob of ${APP} (${config.digest}) has 3 bytes instead of ${config.size}`,
      `the blob of ${APP} (${FIRST}) does not have its digest`,
    ]);
  });

  it('has layers that can be unpacked', async () => {
    const torn = gzipSync(Buffer.from('torn'.repeat(1000))).subarray(0, 20);
    const one = { digest: digest(torn), size: torn.length };
    const { manifest } = await write({
      manifest: ({ layers: [, other], ...rest }) => ({
        ...rest,
        layers: [{ mediaType: LAYER, ...one }, other],
      }),
      contents: (items) => [
        ...items.filter((item) => item.digest !== FIRST),
        { what: APP, role: 'image-layer', arch: 'arm64', ...one },
      ],
    });
    writeFileSync(join(folder, 'site/blobs', one.digest.replace(':', '/')), torn);
    rmSync(join(folder, 'site/blobs', FIRST.replace(':', '/')));
    expect(manifest.size).toBeGreaterThan(0);
    expect(await faults()).toEqual([
      `${IMAGE}: its layer ${one.digest} cannot be unpacked: unexpected end of file`,
    ]);
  });
});
