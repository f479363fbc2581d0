import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digest as digestOf } from '../../src/support/digest.ts';
import { documentOf, type Edgectl, edgectl } from '../init/cli.ts';
import { type DockerRegistry, prepareRegistries, startRegistry } from './docker-registry.ts';
import { layerOf, pushImage } from './make-image.ts';
import { ensurePrograms } from './programs.ts';
import { manifestOf } from './pushed-images.ts';

// A Debian that mmdebstrap makes, changed by podman, and read by dpkg-query: nothing here is edgectl's own but what is tested.
const PACKAGES = 'dpkg,base-files,base-passwd,dash,coreutils,diffutils,sed,tar,libc-bin,libgcc-s1,hostname';
// What is removed but not purged stays in dpkg's status with its configuration, and is not installed.
const CONTAINERFILE = `FROM scratch
ADD rootfs.tar /
RUN dpkg --purge --force-all hostname && dpkg --remove --force-all diffutils && rm -r /usr/share/doc/sed
RUN rm /etc/os-release && cp /usr/lib/os-release /etc/os-release
`;

const folder = join(tmpdir(), `edgectl-sbom-${process.pid}`);
const at = (...path: readonly string[]) => join(folder, ...path);
const arch = process.arch === 'arm64' ? 'arm64' : 'amd64';
let registry: DockerRegistry;
let run: Edgectl;
let installed: readonly string[] = [];
let documented: readonly string[] = [];
const refs: Record<string, string> = {};

const podman = async (...words: readonly string[]) => {
  const store = ['--root', at('store'), '--runroot', at('run'), '--storage-driver', 'vfs'];
  return (await execa('podman', [...store, ...words], { cwd: folder })).stdout.trim();
};

beforeAll(async () => {
  await prepareRegistries();
  await ensurePrograms({ mmdebstrap: 'mmdebstrap' });
  mkdirSync(at('storage'), { recursive: true });
  registry = await startRegistry(at('storage'));
  const options = ['--variant=custom', '--mode=root', '--dpkgopt=force-unsafe-io', `--include=${PACKAGES}`];
  const mirror = 'http://deb.debian.org/debian';
  await execa('mmdebstrap', [...options, 'bookworm', at('rootfs.tar'), mirror], { cwd: folder });
  writeFileSync(at('Containerfile'), CONTAINERFILE);
  await podman('build', '--quiet', '--layers', '--network', 'none', '--tag', 'debian', '.');
  const root = await podman('image', 'mount', 'debian');
  const query = ['-W', '-f', '${db:Status-Status} ${Package} ${Version} ${Architecture}\\n'];
  const { stdout } = await execa('dpkg-query', [`--admindir=${root}/var/lib/dpkg`, ...query]);
  installed = stdout
    .split('\n')
    .filter((line) => line.startsWith('installed '))
    .map((line) => line.replace('installed ', ''))
    .sort();
  documented = readdirSync(join(root, 'usr/share/doc'));
  await podman('image', 'unmount', 'debian');
  for (const form of ['gzip', 'zstd']) {
    const how = ['--compression-format', form, '--format', 'oci', '--tls-verify=false'];
    const to = `${registry.host}/debian-${form}:1`;
    await podman('push', '--quiet', '--digestfile', at('digest'), ...how, 'debian', `docker://${to}`);
    refs[form] = `${to}@${readFileSync(at('digest'), 'utf8').trim()}`;
  }
  run = await edgectl(at('state'));
});
afterAll(async () => {
  await registry?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const create = async (name: string, refs: readonly string[]) => {
  const pins = {
    apiVersion: 'edgectl/v1',
    kind: 'BundlePins',
    metadata: { name: 'site', serial: 1, created: '2026-11-22' },
    spec: { registries: { [registry.host]: { plainHttp: true } }, images: refs.map((ref) => ({ ref })) },
  };
  writeFileSync(at('pins.yaml'), JSON.stringify(pins));
  return run(['bundle', 'create', '-f', at('pins.yaml'), '-o', at(name), '--arch', arch, '--output', 'json']);
};
const verify = (name: string) =>
  run(['bundle', 'verify', at(name), '--deep', '--allow-unsigned', '--output', 'json']);

interface Component {
  readonly name: string;
  readonly version?: string;
  readonly purl?: string;
  readonly licenses?: readonly object[];
  readonly components?: readonly Component[];
}
const imagesIn = (name: string) =>
  (JSON.parse(readFileSync(at(name, 'sbom.cdx.json'), 'utf8')) as { components: readonly Component[] })
    .components;

describe('a Debian image in a bundle', () => {
  it('has in the bill of materials what dpkg-query says, however its layers are packed', async () => {
    const made = documentOf(await create('debian.bundle', Object.values(refs)));
    expect(made).toMatchObject({ changes: 1 });
    const images = imagesIn('debian.bundle');
    const layers = manifestOf(at('debian.bundle')).contents.filter(({ role }) => role === 'image-layer');
    const begins = layers.map(({ digest }) =>
      readFileSync(at('debian.bundle/blobs', digest.replace(':', '/')))
        .readUInt16BE(0)
        .toString(16),
    );
    expect(new Set(begins)).toEqual(new Set(['1f8b', '28b5']));
    expect(images.map(({ name }) => name)).toEqual([
      `${registry.host}/debian-gzip:1`,
      `${registry.host}/debian-zstd:1`,
    ]);
    expect(installed.length).toBeGreaterThan(20);
    expect(installed.join('\n')).not.toMatch(/^(hostname|diffutils) /m);
    for (const { components = [] } of images) {
      const [system, ...packages] = components;
      expect(system).toMatchObject({ name: 'debian', version: '12' });
      const said = packages.map(({ name, version, purl }) => {
        const [, from] = /[?&]arch=([^&]+)&distro=bookworm$/.exec(purl ?? '') ?? [];
        return `${name} ${version} ${from}`;
      });
      expect(said.sort()).toEqual(installed);
      const licensed = packages.filter(({ licenses }) => licenses).map(({ name }) => name);
      expect(licensed).toContain('tar');
      expect(licensed).not.toContain('sed');
      expect(documented).toEqual(expect.arrayContaining(licensed));
    }
  });

  it('is valid for the official schema, and the same bytes the second time', async () => {
    const text = readFileSync(at('debian.bundle/sbom.cdx.json'), 'utf8');
    expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text)).toBeNull();
    expect(documentOf(await create('debian.bundle', Object.values(refs)))).toMatchObject({ changes: 0 });
    expect(documentOf(await create('again.bundle', Object.values(refs)))).toMatchObject({ changes: 1 });
    expect(readFileSync(at('again.bundle/sbom.cdx.json'), 'utf8')).toBe(text);
  });

  it('is whole when it is looked into deeply', async () => {
    const blobs = manifestOf(at('debian.bundle')).contents.filter(({ role }) => role === 'image-layer');
    const layers = new Set(blobs.map(({ digest }) => digest)).size;
    expect(documentOf(await verify('debian.bundle'))).toMatchObject({ layers });
    expect(documentOf(await verify('debian.bundle'))).toMatchObject({ layers });
  });
});

it('a layer whose configuration names another diff id is found, and named', async () => {
  const [one, other] = [await layerOf('one', 'one'), await layerOf('other', 'other')];
  const crafted = { ...one, tar: other.tar };
  const to = `${registry.host}/crafted:1`;
  const images = [{ platform: { architecture: arch }, layers: [crafted, other] }];
  const digest = await pushImage({ to, index: false, images });
  expect(documentOf(await create('crafted.bundle', [`${to}@${digest}`]))).toMatchObject({ changes: 1 });
  const shallow = await run([
    'bundle',
    'verify',
    at('crafted.bundle'),
    '--allow-unsigned',
    '--output',
    'json',
  ]);
  expect(documentOf(shallow)).toMatchObject({ name: 'site' });
  const { code, stdout } = await verify('crafted.bundle');
  expect(code).toBe(2);
  const { problems } = JSON.parse(stdout) as { problems: readonly { code: string; message: string }[] };
  expect(problems).toEqual([
    {
      code: 'BUNDLE_INVALID',
      message: `${at('crafted.bundle')}: ${to} for ${arch}: its layer ${one.digest} unpacks to ${digestOf(one.tar)}, its configuration says ${digestOf(other.tar)}`,
    },
  ]);
});
