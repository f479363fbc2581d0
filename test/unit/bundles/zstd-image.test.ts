import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bringImages } from '../../../src/actions/bundle-images.ts';
import { readContent } from '../../../src/adapters/files/content.ts';
import { zstdDecoded } from '../../../src/adapters/zstd/decode.ts';
import { ENCODER, zstdEncoded } from '../../../src/adapters/zstd/encode.ts';
import { layerEncoder } from '../../../src/adapters/zstd/layer-encoder.ts';
import { readImageRef } from '../../../src/spec/image-ref.ts';
import { type Digest, digest } from '../../../src/support/digest.ts';
import { imageStore } from '../../support/image-store.ts';

const OCI = 'application/vnd.oci.image';

let folder = '';
let store: ReturnType<typeof imageStore>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zstd-image-'));
  store = imageStore(join(folder, 'store'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const tarOf = (text: string): Buffer => Buffer.from(text.repeat(2000));
const gzipped = (text: string) => ({ tar: tarOf(text), blob: gzipSync(tarOf(text)) });
const plain = (text: string) => ({ tar: tarOf(text), blob: tarOf(text) });
const inZstd = async (text: string) => {
  const { tar } = plain(text);
  return {
    tar,
    blob: await buffer(zstdEncoded(readContent({ pieces: [{ bytes: tar }], size: tar.length }))),
  };
};

const bring = async (pin: Digest, told: string[] = []) => {
  const ref = readImageRef(`registry.example/app:1@${pin}`);
  if (!ref) throw new Error('no reference');
  const { blobs, images, layout } = await bringImages({
    images: [{ ref, arch: 'any', layers: 'zstd' }],
    arches: ['arm64'],
    atLeast: [],
    registry: store.registry,
    encoder: layerEncoder(join(folder, 'cache')),
    tell: () => {},
    meter: (says) => (done, total) => void told.push(`${says} ${done}/${total}`),
  });
  const content = new Map<string, Buffer>();
  for (const { item, file } of blobs) content.set(item.digest, await buffer(readContent(file)));
  const json = (of: string | undefined) => JSON.parse(content.get(of ?? '')?.toString() ?? '{}');
  const manifest = json(
    blobs.find(({ item }) => item.role === 'image' && item.arch === 'arm64')?.item.digest,
  );
  return { blobs, images, layout, content, json, manifest };
};

describe('an image with layers: zstd', () => {
  it.each([
    ['oci', false],
    ['docker', false],
    ['oci', true],
    ['docker', true],
  ] as const)(
    'of the types of %s, in an index: %s, is re-encoded under the same id',
    async (types, index) => {
      const already = await inZstd('three');
      const { pin, config } = store.image([gzipped('one'), plain('two'), already], { types, index });
      const { blobs, content, images, layout, json, manifest } = await bring(pin);
      for (const { item } of blobs) {
        expect(digest(content.get(item.digest) ?? '')).toBe(item.digest);
        expect(content.get(item.digest)?.length).toBe(item.size);
      }
      expect(images).toEqual([{ name: 'registry.example/app:1', digest: pin, arch: 'any', layers: 'zstd' }]);
      expect(manifest).toMatchObject({
        mediaType: `${OCI}.manifest.v1+json`,
        config: { mediaType: `${OCI}.config.v1+json`, digest: config },
        annotations: { 'io.edgectl.encoder': ENCODER },
      });
      const diffIds = [];
      for (const layer of manifest.layers) {
        expect(layer.mediaType).toBe(`${OCI}.layer.v1.tar+zstd`);
        const bytes = content.get(layer.digest) ?? Buffer.alloc(0);
        const tar = await buffer(zstdDecoded(readContent({ pieces: [{ bytes }], size: bytes.length })));
        diffIds.push(digest(tar));
      }
      expect(diffIds).toEqual(json(config).rootfs.diff_ids);
      expect(manifest.layers.map((layer: { annotations?: object }) => layer.annotations)).toEqual([
        { 'io.edgectl.source.digest': digest(gzipped('one').blob) },
        { 'io.edgectl.source.digest': digest(plain('two').blob) },
        undefined,
      ]);
      expect(manifest.layers[2].digest).toBe(digest(already.blob));
      const [entry] = layout;
      if (index) {
        expect(json(entry?.digest)).toMatchObject({
          mediaType: `${OCI}.index.v1+json`,
          manifests: [{ platform: { architecture: 'arm64' }, digest: digest(JSON.stringify(manifest)) }],
          annotations: { 'io.edgectl.source.digest': pin },
        });
        expect(content.has(pin)).toBe(false);
      } else {
        expect(entry?.digest).toBe(digest(JSON.stringify(manifest)));
        expect(manifest.annotations['io.edgectl.source.digest']).toBe(pin);
      }
    },
  );

  it('has the same bytes again, and its layers are encoded once', async () => {
    const { pin } = store.image([gzipped('one'), gzipped('one'), plain('two')], { index: true });
    const told: string[] = [];
    const one = await bring(pin, told);
    expect(told.length).toBeGreaterThan(0);
    expect(told.at(-1)).toMatch(/^encode registry.example\/app:1 for arm64, layer 3 of 3 (\d+)\/\1$/);
    const again: string[] = [];
    const two = await bring(pin, again);
    expect(again).toEqual([]);
    expect([...two.content]).toEqual([...one.content]);
    expect(one.blobs.filter(({ item }) => item.role === 'image-layer')).toHaveLength(2);
  });

  it('is not made of a cache that was damaged', async () => {
    const { pin } = store.image([gzipped('one')]);
    const one = await bring(pin);
    for (const name of readdirSync(join(folder, 'cache')))
      writeFileSync(join(folder, 'cache', name), name.endsWith('.json') ? '{"diffId"' : 'damaged');
    expect([...(await bring(pin)).content]).toEqual([...one.content]);
    const blob = readdirSync(join(folder, 'cache')).find((name) => !name.endsWith('.json')) ?? '';
    writeFileSync(join(folder, 'cache', blob), 'damaged');
    expect([...(await bring(pin)).content]).toEqual([...one.content]);
  });

  it('whose layers all are in zstd stays as it is', async () => {
    const { pin } = store.image([await inZstd('one')], { index: true });
    const { images, content } = await bring(pin);
    expect(images).toEqual([{ name: 'registry.example/app:1', digest: pin, arch: 'any' }]);
    expect(content.has(pin)).toBe(true);
  });

  it('loses what was said of the old bytes only', async () => {
    const more = { annotations: { 'containerd.io/snapshot/stargz/toc.digest': 'sha256:0' } };
    const { pin } = store.image([gzipped('one')], { more });
    expect(JSON.stringify((await bring(pin)).manifest)).not.toContain('stargz');
  });

  it('is refused when a layer is not what the image says, or is damaged', async () => {
    const other = store.image([gzipped('one')], { diffIds: [digest('something else')] });
    await expect(bring(other.pin)).rejects.toThrow(
      `registry.example/app:1: the layer ${digest(gzipped('one').blob)} unpacks to ${digest(tarOf('one'))}, its image says ${digest('something else')}`,
    );
    const { tar, blob } = gzipped('two');
    const cut = store.image([{ tar, blob: blob.subarray(0, -9) }]);
    await expect(bring(cut.pin)).rejects.toThrow(/the layer sha256:\w+ cannot be unpacked/);
    const few = store.image([gzipped('one')], { diffIds: [] });
    await expect(bring(few.pin)).rejects.toThrow('for arm64 has 1 layers, its configuration 0');
    expect(readdirSync(join(folder, 'cache'))).toEqual([]);
  });
});
