import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { missingFor } from '../../../src/domain/bundles/completeness.ts';
import {
  type ImageIndex,
  isIndex,
  OCI_INDEX,
  readImageManifest,
  readImagePlatform,
} from '../../../src/domain/bundles/image-manifest.ts';
import { layoutIndex, offeredByImage, offeredByIndex } from '../../../src/domain/bundles/image-platforms.ts';
import { indexText } from '../../../src/domain/bundles/layout.ts';
import { manifestText } from '../../../src/domain/bundles/manifest.ts';
import { digest } from '../../../src/support/digest.ts';

const OCI = 'application/vnd.oci.image.manifest.v1+json';
const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
const entry = (name: string, platform?: object) => ({
  mediaType: OCI,
  digest: digest(name),
  size: name.length,
  ...(platform ? { platform } : {}),
});
const linux = (architecture: string, variant?: string) => ({
  os: 'linux',
  architecture,
  ...(variant ? { variant } : {}),
});
const indexOf = (manifests: readonly object[], more: object = {}): ImageIndex => {
  const read = readImageManifest('it', JSON.stringify({ schemaVersion: 2, manifests, ...more }));
  if (!isIndex(read)) throw new Error('no index');
  return read;
};

describe('what a registry has', () => {
  const config = entry('config');

  it('is an index or an image, of OCI where it does not say', () => {
    expect(indexOf([]).mediaType).toBe(OCI_INDEX);
    const image = readImageManifest('it', JSON.stringify({ schemaVersion: 2, config, layers: [] }));
    expect(image).toMatchObject({ mediaType: OCI, config: { digest: config.digest } });
  });

  it.each([
    ['no JSON', 'its manifest is no JSON'],
    ['null', 'its manifest is no JSON'],
    ['{"schemaVersion":1,"fsLayers":[]}', 'it is of the old format of Docker, schema 1'],
    ['{"schemaVersion":2,"manifests":[],"layers":[]}', 'its manifest is an index and an image at once'],
    ['{"schemaVersion":2,"mediaType":"text/html","manifests":[]}', 'its manifest is not understood'],
    [
      '{"schemaVersion":2,"config":{"mediaType":"a","digest":"sha256:../../etc","size":1},"layers":[]}',
      'its manifest is not understood',
    ],
    [
      `{"schemaVersion":2,"config":{"mediaType":"a","digest":"${config.digest}","size":-1},"layers":[]}`,
      'its manifest is not understood',
    ],
  ])('%s is refused', (text, why) => {
    expect(() => readImageManifest('it', text)).toThrow(`it: ${why}`);
  });

  it('is for the platform in its configuration', () => {
    const text = JSON.stringify({ ...linux('arm64', 'v8'), config: {}, history: [] });
    expect(readImagePlatform('it', text)).toEqual(linux('arm64', 'v8'));
  });

  it('is no image when its configuration names no platform', () => {
    expect(() => readImagePlatform('a chart', '{"name":"chart"}')).toThrow('so it is no image');
  });
});

describe('the architectures of an index', () => {
  const digestsOf = (index: ImageIndex) =>
    Object.fromEntries([...offeredByIndex(index).arches].map(([arch, one]) => [arch, one.digest]));

  it('are the manifests that every board of them runs, the first one where there are several', () => {
    const index = indexOf([
      entry('v2', linux('amd64', 'v2')),
      entry('amd', linux('amd64')),
      entry('amd-v1', linux('amd64', 'v1')),
      entry('v9', linux('arm64', 'v9')),
      entry('arm-v8', linux('arm64', 'v8')),
      entry('arm', linux('arm', 'v7')),
      entry('windows', { os: 'windows', architecture: 'amd64' }),
      entry('attestation', { os: 'unknown', architecture: 'unknown' }),
      entry('bare'),
    ]);
    expect(digestsOf(index)).toEqual({ amd64: digest('amd'), arm64: digest('arm-v8') });
    expect(offeredByIndex(index).platforms).toEqual([
      'linux/amd64/v2',
      'linux/amd64',
      'linux/amd64/v1',
      'linux/arm64/v9',
      'linux/arm64/v8',
      'linux/arm/v7',
      'windows/amd64',
    ]);
    expect(offeredByImage({ ...entry('x'), platform: linux('riscv64') })).toEqual({
      arches: new Map(),
      platforms: ['linux/riscv64'],
    });
  });

  it('alone are left in the index of the layout, and everything else of it stays', () => {
    const all = [entry('a', linux('amd64')), entry('b', linux('arm64')), entry('c', linux('s390x'))];
    const index = indexOf(all, { annotations: { of: 'somebody' } });
    const kept = index.manifests.slice(0, 2);
    expect(JSON.parse(layoutIndex(index, kept) ?? '')).toEqual({
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      annotations: { of: 'somebody' },
      manifests: all.slice(0, 2),
    });
    // What needs no change keeps its digest, unless tools would not look at its type.
    expect(layoutIndex(index, index.manifests)).toBeUndefined();
    const list = indexOf(all, { mediaType: DOCKER_LIST });
    expect(JSON.parse(layoutIndex(list, list.manifests) ?? '')).toMatchObject({
      mediaType: OCI_INDEX,
      manifests: all,
    });
  });
});

describe('the texts of a bundle with images', () => {
  const images = fc.uniqueArray(
    fc.record({ name: fc.stringMatching(/^[a-z]{1,8}:[0-9]$/), size: fc.nat() }),
    { selector: ({ name }) => name, maxLength: 8 },
  );

  it('are the same in whatever order the images were fetched', () => {
    const texts = (all: readonly { readonly name: string; readonly size: number }[]) => [
      indexText(all.map(({ name, size }) => ({ name, size, mediaType: OCI, digest: digest(name) }))),
      manifestText({
        format: 1,
        name: 'site',
        serial: 1,
        created: '2026-11-22',
        images: all.map(({ name }) => ({ name, digest: digest(name), arch: 'any' })),
        contents: all.flatMap(({ name, size }) =>
          ['one', 'two'].map((layer) => ({
            what: name,
            role: 'image-layer' as const,
            arch: 'arm64' as const,
            digest: digest(layer),
            size,
          })),
        ),
        parts: [],
      }),
    ];
    fc.assert(
      fc.property(
        images.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        ([all, shuffled]) => {
          expect(texts(shuffled)).toEqual(texts(all));
        },
      ),
    );
  });

  it('say what an image lacks for whose boards', () => {
    const item = (role: 'image' | 'image-config', arch: 'amd64' | 'arm64', what: string) => ({
      what,
      role,
      arch,
      digest: digest(`${role} ${arch}`),
      size: 1,
    });
    const manifest = {
      format: 1 as const,
      name: 'site',
      serial: 1,
      created: '2026-11-22',
      images: [
        { name: 'app', digest: digest('app'), arch: 'any' as const },
        { name: 'jetson', digest: digest('jetson'), arch: 'arm64' as const },
      ],
      contents: [
        item('image', 'amd64', 'app'),
        item('image', 'arm64', 'app'),
        item('image-config', 'arm64', 'app'),
      ],
      parts: [],
    };
    expect(missingFor(manifest, ['amd64', 'arm64'])).toEqual([
      'the image app for amd64',
      'the image jetson for arm64',
    ]);
  });

  it('a bundle of packages or files for some boards has nothing for others', () => {
    const one = (arch: 'any' | 'arm64') => {
      const deb = { what: 'one_1_arm64.deb', role: 'deb' as const, arch, digest: digest(arch), size: 1 };
      const head = { format: 1 as const, name: 'site', serial: 1, created: '2026-11-22' };
      return missingFor({ ...head, contents: [deb], parts: [] }, ['amd64', 'arm64']);
    };
    expect(one('arm64')).toEqual(['everything for amd64']);
    expect(one('any')).toEqual([]);
  });
});
