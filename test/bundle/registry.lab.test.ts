import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentOf, edgectl } from '../init/cli.ts';
import { freePort } from '../ssh/sshd.ts';
import { startCuttingProxy } from './cutting-proxy.ts';
import { failing, manifestOf, PATHS, plain, pushImages } from './pushed-images.ts';
import { faultsOf, filesIn, openRegistries, USER } from './registry-site.ts';

const MIB = 1 << 20;
let site: Awaited<ReturnType<typeof openRegistries>>;
let { shared, big, digests, pin } = {} as Awaited<ReturnType<typeof pushImages>>;

beforeAll(async () => {
  site = await openRegistries();
  ({ shared, big, digests, pin } = await pushImages(site.open));
});
afterAll(async () => {
  await site?.close();
});

describe('images from a registry that is open to everybody', () => {
  const spec = () => ({
    registries: plain(site.open),
    images: [pin(site.open, 'many'), pin(site.open, 'docker')],
  });

  it('come for the architectures asked for, each blob once, the same bytes every time', async () => {
    const one = await site.create(spec(), { arches: ['amd64', 'arm64'] });
    const two = await site.create(spec(), { arches: ['amd64', 'arm64'] });
    expect(filesIn(one)).toEqual(filesIn(two));
    expect(await faultsOf(one, ['amd64', 'arm64'])).toEqual([]);
    const { contents, images } = manifestOf(one);
    expect(images).toEqual([
      { name: `${site.open}/public/docker:1.0`, digest: digests.docker, arch: 'any' },
      { name: `${site.open}/public/many:1.0`, digest: digests.many, arch: 'any' },
    ]);
    // The layer that both images have on both architectures stands four times, and lies there once.
    expect(contents.filter(({ digest }) => digest === shared.digest)).toHaveLength(4);
    expect(readFileSync(join(one, 'blobs', shared.digest.replace(':', '/')))).toEqual(shared.blob);
    const left = await site.create(spec(), { arches: ['arm64'] });
    expect(existsSync(join(left, 'blobs', big.digest.replace(':', '/')))).toBe(false);
    expect(await faultsOf(left, ['amd64', 'arm64'])).toEqual([
      `: missing: the image ${site.open}/public/docker:1.0 for amd64`,
      `: missing: the image ${site.open}/public/many:1.0 for amd64`,
    ]);
  });

  it.each(['many', 'docker'] as const)('are read by skopeo and podman as they are (%s)', async (name) => {
    const bundle = await site.create(spec());
    const ref = `${site.open}/${PATHS[name]}`;
    for (const arch of ['amd64', 'arm64']) {
      const override = ['--override-os', 'linux', '--override-arch', arch];
      const inspect = async (from: string, ...more: readonly string[]) =>
        (await execa('skopeo', [...override, 'inspect', '--config', '--raw', ...more, from])).stdout;
      const config = await inspect(`oci:${bundle}:${ref}`);
      expect(config).toBe(await inspect(`docker://${ref}`, '--tls-verify=false'));
      const to = join(site.folder, `copy-${name}-${arch}`);
      await execa('skopeo', [
        '--insecure-policy',
        ...override,
        'copy',
        '-q',
        `oci:${bundle}:${ref}`,
        `dir:${to}`,
      ]);
      expect(readFileSync(join(to, shared.digest.replace('sha256:', '')))).toEqual(shared.blob);
    }
    // The whole index goes, too: it names nothing that is not there.
    const all = join(site.folder, `all-${name}`);
    await execa('skopeo', ['--insecure-policy', 'copy', '-q', '--all', `oci:${bundle}:${ref}`, `dir:${all}`]);
    const store = ['--root', join(site.folder, 'root'), '--runroot', join(site.folder, 'run')];
    const podman = (...words: readonly string[]) =>
      execa('podman', [...store, '--storage-driver', 'vfs', ...words]);
    // podman names what it pulls from a folder after the folder; its id is the digest of the configuration.
    const id = (await podman('pull', '-q', `oci:${bundle}:${ref}`)).stdout.trim();
    const native = process.arch === 'arm64' ? 'arm64' : 'amd64';
    const { contents } = manifestOf(bundle);
    const config = contents.find(({ role, arch }) => role === 'image-config' && arch === native);
    expect(`sha256:${id}`).toBe(config?.digest);
    const { stdout } = await podman('image', 'inspect', id, '--format', '{{.Architecture}} {{.Config.Cmd}}');
    expect(stdout).toBe(`${native} [/hello]`);
  });

  it('one image alone is what podman load takes', async () => {
    const bundle = await site.create({ registries: plain(site.open), images: [pin(site.open, 'many')] });
    const store = ['--root', join(site.folder, 'root'), '--runroot', join(site.folder, 'run')];
    const { stdout } = await execa('podman', [...store, '--storage-driver', 'vfs', 'load', '-i', bundle]);
    expect(stdout).toContain('Loaded image');
  });

  it('an image for boards of one kind is brought for those only', async () => {
    const images = [pin(site.open, 'many'), { ...pin(site.open, 'single'), arch: 'arm64' }];
    const bundle = await site.create(
      { registries: plain(site.open), images },
      { arches: ['amd64', 'arm64'] },
    );
    expect(await faultsOf(bundle, ['amd64', 'arm64'])).toEqual([]);
    const amd = await site.create({ registries: plain(site.open), images }, { arches: ['amd64'] });
    expect(manifestOf(amd).images).toHaveLength(1);
  });

  it('an architecture that an image does not have is named before a layer is fetched', async () => {
    const told: string[] = [];
    const images = [pin(site.open, 'many'), pin(site.open, 'single')];
    const made = site.create({ registries: plain(site.open), images }, { arches: ['amd64'], told });
    expect(await failing(made)).toContain(
      `${site.open}/public/single:2 has nothing for amd64: it has linux/arm64/v8`,
    );
    expect(told.filter((says) => says.includes('layer'))).toEqual([]);
    const amd = [{ ...pin(site.open, 'single'), arch: 'amd64' }];
    expect(await failing(site.create({ registries: plain(site.open), images: amd }))).toContain(
      `${site.open}/public/single:2 has nothing for amd64`,
    );
    const none = [pin(site.open, 'other')];
    expect(await failing(site.create({ registries: plain(site.open), images: none }))).toContain(
      `${site.open}/public/other:1 has nothing for amd64 and arm64: it has linux/arm/v7`,
    );
  });

  it('a digest that the registry does not have, or that its content does not have, is refused', async () => {
    const wrong = { ref: `${site.open}/public/many:1.0@sha256:${'0'.repeat(64)}` };
    expect(await failing(site.create({ registries: plain(site.open), images: [wrong] }))).toContain(
      `sha256:${'0'.repeat(64)}: ${site.open}: HTTP 404`,
    );
    const hex = digests.single.replace('sha256:', '');
    const stored = join(site.folder, 'storage/docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
    const before = readFileSync(stored);
    writeFileSync(stored, before.toString().replace('{"', '{ "'));
    const made = site.create({ registries: plain(site.open), images: [pin(site.open, 'single')] });
    expect(await failing(made)).toMatch(/what it sent has the digest|HTTP [45]/);
    writeFileSync(stored, before);
  });
});

describe('a registry behind a password', () => {
  const auth = { usernameEnv: 'REGISTRY_USER', passwordEnv: 'REGISTRY_PASSWORD' };
  const spec = (more: object = {}) => ({
    registries: { [site.basic]: { plainHttp: true, ...more } },
    images: [pin(site.basic, 'secret')],
  });
  const encoded = Buffer.from(`${USER.username}:${USER.password}`).toString('base64');
  const authFile = (name: string, content: object) => {
    writeFileSync(join(site.folder, name), JSON.stringify(content));
    return join(site.folder, name);
  };

  it('lets in who is named by variables, by an authfile, or by the usual files', async () => {
    const environment = { REGISTRY_USER: USER.username, REGISTRY_PASSWORD: USER.password };
    const one = await site.create(spec({ auth }), { environment });
    authFile('named.json', { auths: { [`${site.basic}/secret`]: { auth: encoded } } });
    const two = await site.create(spec({ auth: { authfile: 'named.json' } }));
    const usual = authFile('usual.json', { auths: { [`https://${site.basic}/v1/`]: { auth: encoded } } });
    const three = await site.create(spec(), { environment: { REGISTRY_AUTH_FILE: usual } });
    mkdirSync(join(site.folder, 'home/.docker'), { recursive: true });
    authFile('home/.docker/config.json', { auths: { [site.basic]: { auth: encoded } } });
    const four = await site.create(spec(), { environment: { HOME: join(site.folder, 'home') } });
    for (const other of [two, three, four]) expect(filesIn(other)).toEqual(filesIn(one));
  });

  it('refuses everybody else, and no secret stands in what is said', async () => {
    expect(await failing(site.create(spec()))).toContain('nobody may read secret/app without a login');
    const environment = { REGISTRY_USER: USER.username, REGISTRY_PASSWORD: 'guessed-wrong' };
    const said = await failing(site.create(spec({ auth }), { environment }));
    expect(said).toContain(`"${USER.username}" may not read secret/app`);
    expect(said).not.toContain('guessed-wrong');
    expect(await failing(site.create(spec({ auth })))).toContain(
      'REGISTRY_USER, which has the login, is not set',
    );
  });
});

describe('a registry with a token server', () => {
  const spec = (name: keyof typeof PATHS, more: object = {}) => ({
    registries: { [site.token]: { ca: 'ca.pem', ...more } },
    images: [pin(site.token, name)],
  });
  const login = (entry: object) => {
    writeFileSync(join(site.folder, 'token.json'), JSON.stringify({ auths: { [site.token]: entry } }));
    return { auth: { authfile: 'token.json' } };
  };

  it('gives what is public to anybody, and the rest to who logs in', async () => {
    expect(await faultsOf(await site.create(spec('many')))).toEqual([]);
    expect(site.tokens.asked.at(-1)).toEqual({
      method: 'GET',
      user: '',
      scope: 'repository:public/many:pull',
    });
    expect(await failing(site.create(spec('secret')))).toContain(
      'nobody may read secret/app without a login',
    );
    const { username, password, identityToken } = USER;
    const one = await site.create(spec('secret', login({ username, password })));
    expect(site.tokens.asked.at(-1)).toEqual({
      method: 'GET',
      user: username,
      scope: 'repository:secret/app:pull',
    });
    const two = await site.create(spec('secret', login({ identitytoken: identityToken })));
    expect(site.tokens.asked.at(-1)).toMatchObject({ method: 'POST', user: username });
    expect(filesIn(one)).toEqual(filesIn(two));
    expect(await failing(site.create(spec('secret', login({ username, password: 'wrong' }))))).toContain(
      `"${username}" may not read secret/app`,
    );
  });

  it('is not believed without the certificate that it should have', async () => {
    expect(await failing(site.create(spec('many', { ca: undefined })))).toMatch(/self.signed certificate/);
  });
});

describe('mirrors and bad lines', () => {
  // Nobody answers there, so that only mirrors can have given what comes.
  let away = '';
  beforeAll(async () => {
    away = `127.0.0.1:${await freePort()}`;
  });
  const spec = (...mirrors: readonly string[]) => ({
    registries: { [away]: { mirrors: mirrors.map((host) => `http://${host}`) } },
    images: [pin(away, 'many')],
  });

  it('mirrors are asked in their order, each with the login of its own host', async () => {
    const dead = `127.0.0.1:${await freePort()}`;
    const auth = { usernameEnv: 'U', passwordEnv: 'P' };
    const environment = { U: USER.username, P: USER.password };
    const { registries, images } = spec(dead, site.basic);
    const bundle = await site.create(
      { registries: { ...registries, [site.basic]: { auth } }, images },
      { environment },
    );
    expect(manifestOf(bundle).images?.[0]?.name).toBe(`${away}/public/many:1.0`);
    expect(await faultsOf(bundle)).toEqual([]);
    const said = await failing(site.create(spec(dead)));
    expect(said).toContain(`${dead}: connect ECONNREFUSED ${dead}; ${away}: connect ECONNREFUSED ${away}`);
  });

  it('what was fetched of a layer before its connection was cut is not fetched again', async () => {
    const proxy = await startCuttingProxy(site.open, 2 * MIB);
    const bundle = await site.create(spec(proxy.host)).finally(() => proxy.stop());
    expect(await faultsOf(bundle)).toEqual([]);
    expect(proxy.counted.cuts).toBe(1);
    expect(proxy.counted.afterCut).toBeLessThan(big.blob.length - MIB);
  });

  it('a second bundle from the same cache needs no registry', async () => {
    const one = await site.create(spec(site.open), { cache: 'kept' });
    const two = await site.create(spec(`127.0.0.1:${await freePort()}`), { cache: 'kept' });
    expect(filesIn(two)).toEqual(filesIn(one));
    rmSync(join(site.folder, 'kept'), { recursive: true });
  });
});

it('bundle create, verify and show do it from the command line', async () => {
  const run = await edgectl(join(site.folder, 'state'));
  const pins = join(site.folder, 'pins.yaml');
  const spec = { registries: plain(site.open), images: [pin(site.open, 'many')] };
  writeFileSync(
    pins,
    JSON.stringify({
      apiVersion: 'edgectl/v1',
      kind: 'BundlePins',
      metadata: { name: 'site', serial: 1, created: '2026-11-22' },
      spec,
    }),
  );
  const bundle = join(site.folder, 'cli.bundle');
  const made = await run([
    'bundle',
    'create',
    '-f',
    pins,
    '-o',
    bundle,
    '--arch',
    'arm64',
    '--output',
    'json',
  ]);
  expect(documentOf(made)).toMatchObject({ blobs: 6, signed: false, changes: 1 });
  expect(made.stderr).toContain(`fetch ${site.open}/public/many:1.0 for arm64, layer 1 of 2`);
  const checked = await run(['bundle', 'verify', bundle, '--allow-unsigned', '--output', 'json']);
  expect(documentOf(checked)).toMatchObject({ blobs: 6 });
  const missing = await run(['bundle', 'verify', bundle, '--allow-unsigned', '--arch', 'amd64']);
  expect(missing.code).toBe(2);
  expect(missing.stderr).toContain(`missing: the image ${site.open}/public/many:1.0 for amd64`);
  const shown = await run(['bundle', 'show', bundle]);
  expect(shown.stdout).toMatch(new RegExp(`^${site.open}/public/many:1.0 +image +arm64 `, 'm'));
});
