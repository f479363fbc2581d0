import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { constants } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, type Layout } from '../layout.ts';
import { withLock } from '../lock.ts';
import { step } from '../progress.ts';
import type { Release } from './folder.ts';

/** The line of a cluster file that makes k3s come from the lab's bundle. */
export type LabBundle = { readonly path: string; readonly publicKey: string };

const textAt = (path: string) => readFile(path, 'utf8').catch(() => undefined);

/** The key that signs the bundles of this machine's labs; made once. */
const labKey = async (folder: string) => {
  const file = join(folder, 'lab.key');
  const there = await textAt(file);
  if (there === undefined) {
    const { newSigningKey } = await import('../../../src/adapters/pki/signing-key.ts');
    await writeFile(`${file}.part`, newSigningKey().pem, { mode: 0o600 });
    await rename(`${file}.part`, file);
  }
  const pem = there ?? (await readFile(file, 'utf8'));
  const { x = '' } = createPublicKey(createPrivateKey(pem)).export({ format: 'jwk' });
  return { file, pem, publicKey: Buffer.from(x, 'base64url').toString('base64') };
};

/** Makes the bundle of a release in the cache, as `edgectl bundle create` would. */
const makeBundle = async (
  path: string,
  { folder, version }: Release,
  key: { readonly pem: string; readonly file: string },
) => {
  const [{ createBundle }, { bundleWriter }, { suppliersOf }] = await Promise.all([
    import('../../../src/actions/bundle-create.ts'),
    import('../../../src/adapters/bundle/bundle-writer.ts'),
    import('../../../src/adapters/bundle/suppliers.ts'),
  ]);
  const spec = { k3s: { version, source: folder }, images: [], registries: {}, files: [], debs: [] };
  await createBundle({
    pins: {
      apiVersion: 'edgectl/v1',
      kind: 'BundlePins',
      metadata: { name: 'lab', serial: 1, created: '2026-01-01' },
      spec,
    },
    arches: undefined,
    path,
    key,
    ...suppliersOf(spec, join(path, '..'), {}),
    now: Date.now(),
    writer: bundleWriter,
    tell: () => {},
    progress: () => {},
  });
};

/** One short name for what a release holds, by the checksums that it publishes. */
const nameOf = async ({ folder, version }: Release): Promise<string> => {
  const hash = createHash('sha256').update(version);
  for (const arch of ['amd64', 'arm64'])
    hash.update(`\n${(await textAt(join(folder, `sha256sum-${arch}.txt`))) ?? ''}`);
  return hash.digest('hex').slice(0, 12);
};

/**
 * Puts a bundle of the release into the lab's folder, signed with the key of this machine's labs. It is made once a release
 * and copied, so that a lab's own may be damaged in a test.
 */
export const labBundle = async (lab: Layout, release: Release): Promise<LabBundle> => {
  const cache = join(cacheFolder(), 'lab-bundle');
  await mkdir(cache, { recursive: true, mode: 0o700 });
  return withLock(join(cache, 'lock'), 300, async () => {
    const key = await labKey(cache);
    const made = join(cache, await nameOf(release));
    if ((await textAt(join(made, 'bundle.json'))) === undefined) {
      for (const name of await readdir(cache))
        if (/^\.?[0-9a-f]{12}/.test(name)) await rm(join(cache, name), { recursive: true });
      await step(`a bundle of k3s ${release.version}`, () => makeBundle(made, release, key));
    }
    const own = async (file: string) =>
      (await textAt(join(lab.bundle, file))) === (await textAt(join(made, file)));
    if (!((await own('bundle.json')) && (await own('bundle.json.sig')))) {
      const draft = `${lab.bundle}.part`;
      for (const path of [draft, lab.bundle]) await rm(path, { recursive: true, force: true });
      await cp(made, draft, { recursive: true, mode: constants.COPYFILE_FICLONE });
      await rename(draft, lab.bundle);
    }
    return { path: lab.bundle, publicKey: key.publicKey };
  });
};
