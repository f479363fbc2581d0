import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needPrograms } from '../lab/preflight.ts';
import { manifestOf, PATHS, plain, pushImages } from './pushed-images.ts';
import { faultsOf, filesIn, openRegistries } from './registry-site.ts';

const native = process.arch === 'arm64' ? 'arm64' : 'amd64';
const ZSTD = 'application/vnd.oci.image.layer.v1.tar+zstd';

let site: Awaited<ReturnType<typeof openRegistries>>;
let { shared, digests, pin } = {} as Awaited<ReturnType<typeof pushImages>>;
beforeAll(async () => {
  await needPrograms([['zstd', 'zstd']]);
  site = await openRegistries();
  ({ shared, digests, pin } = await pushImages(site.open));
});
afterAll(async () => {
  await site?.close();
});

const spec = (...names: readonly ('many' | 'docker')[]) => ({
  registries: plain(site.open),
  images: names.map((name) => ({ ...pin(site.open, name), layers: 'zstd' })),
});

describe('images with layers: zstd', () => {
  it('are re-encoded the same every time, and say what they were', async () => {
    const [one, two] = [await site.create(spec('many', 'docker')), await site.create(spec('many', 'docker'))];
    expect(filesIn(one)).toEqual(filesIn(two));
    expect(await faultsOf(one)).toEqual([]);
    expect(manifestOf(one).images).toEqual([
      { name: `${site.open}/public/docker:1.0`, digest: digests.docker, arch: 'any', layers: 'zstd' },
      { name: `${site.open}/public/many:1.0`, digest: digests.many, arch: 'any', layers: 'zstd' },
    ]);
  });

  it.each(['many', 'docker'] as const)('are read by skopeo, podman and zstd (%s)', async (name) => {
    const bundle = await site.create(spec(name));
    const ref = `${site.open}/${PATHS[name]}`;
    for (const arch of ['amd64', 'arm64']) {
      const override = ['--override-os', 'linux', '--override-arch', arch];
      const inspect = async (...words: readonly string[]) =>
        (await execa('skopeo', [...override, 'inspect', '--raw', ...words])).stdout;
      // The configuration is what it was, so that the image has the id that it had.
      expect(await inspect('--config', `oci:${bundle}:${ref}`)).toBe(
        await inspect('--config', '--tls-verify=false', `docker://${ref}`),
      );
      const to = join(site.folder, `copy-${name}-${arch}`);
      const copy = ['copy', '-q', `oci:${bundle}:${ref}`, `dir:${to}`];
      await execa('skopeo', ['--insecure-policy', ...override, ...copy]);
      const { layers } = JSON.parse(readFileSync(join(to, 'manifest.json'), 'utf8'));
      expect(layers.map(({ mediaType }: { mediaType: string }) => mediaType)).toEqual(layers.map(() => ZSTD));
      const [first] = layers;
      expect(first.annotations['io.edgectl.source.digest']).toBe(shared.digest);
      const { stdout } = await execa('zstd', ['-dc', join(to, first.digest.replace('sha256:', ''))], {
        encoding: 'buffer',
      });
      expect(createHash('sha256').update(stdout).digest('hex')).toBe(
        createHash('sha256').update(shared.tar).digest('hex'),
      );
    }
    const store = ['--root', join(site.folder, 'root'), '--runroot', join(site.folder, 'run')];
    const podman = (...words: readonly string[]) =>
      execa('podman', [...store, '--storage-driver', 'vfs', ...words]);
    const { stdout: said } = await podman('load', '-i', bundle);
    expect(said).toContain('Loaded image');
    const id = (await podman('pull', '-q', `oci:${bundle}:${ref}`)).stdout.trim();
    const { contents } = manifestOf(bundle);
    const config = contents.find(({ role, arch }) => role === 'image-config' && arch === native);
    expect(`sha256:${id}`).toBe(config?.digest);
  });
});
