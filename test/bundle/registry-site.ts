import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBundle } from '../../src/actions/bundle-create.ts';
import { verifyBundle } from '../../src/actions/bundle-verify.ts';
import { bundleFolder } from '../../src/adapters/bundle/bundle-folder.ts';
import { bundleWriter } from '../../src/adapters/bundle/bundle-writer.ts';
import { suppliersOf } from '../../src/adapters/bundle/suppliers.ts';
import { readBundlePins } from '../../src/spec/bundle-pins.ts';
import type { Arch } from '../../src/support/arch.ts';
import { isProblems } from '../../src/support/problem.ts';
import { loopbackCertificate } from './certificate.ts';
import { prepareRegistries, startRegistry } from './docker-registry.ts';
import { startTokenServer } from './token-server.ts';

/** Who may read the registries that let in only one. */
export const USER = { username: 'edge', password: 'pa:ss word', identityToken: 'refresh-me' } as const;

/** Three registries over the same images: for everybody, behind a password, and behind a token server, the last with TLS. */
export const openRegistries = async () => {
  await prepareRegistries();
  // podman makes a name of the path, and names have no capitals.
  const folder = join(tmpdir(), `edgectl-registry-${process.pid}`);
  mkdirSync(folder, { mode: 0o700 });
  const at = (...names: readonly string[]) => join(folder, ...names);
  const storage = at('storage');
  mkdirSync(storage);
  const { cert, key } = await loopbackCertificate();
  writeFileSync(at('ca.pem'), cert);
  writeFileSync(at('key.pem'), key);
  const line = execFileSync('htpasswd', ['-niB', USER.username], { input: USER.password });
  writeFileSync(at('htpasswd'), line);
  const tokens = await startTokenServer({ cert, key, user: USER });
  const open = await startRegistry(storage);
  const basic = await startRegistry(storage, { auth: { htpasswd: { realm: 'test', path: at('htpasswd') } } });
  const token = await startRegistry(storage, {
    auth: {
      token: {
        realm: tokens.realm,
        service: 'registry.test',
        issuer: 'test-issuer',
        rootcertbundle: at('ca.pem'),
      },
    },
    tls: { certificate: at('ca.pem'), key: at('key.pem') },
  });
  let bundles = 0;

  /** Makes a bundle of what `spec` pins, with a cache of its own or the one named. */
  const create = async (
    spec: object,
    more: {
      readonly arches?: readonly Arch[];
      readonly environment?: NodeJS.ProcessEnv;
      readonly cache?: string;
      readonly told?: string[];
    } = {},
  ) => {
    const name = `${++bundles}`;
    const pins = readBundlePins(
      JSON.stringify({
        apiVersion: 'edgectl/v1',
        kind: 'BundlePins',
        metadata: { name: 'site', serial: 1, created: '2026-11-22' },
        spec,
      }),
      'pins.yaml',
      folder,
    );
    if (isProblems(pins)) throw new AggregateError(pins.problems);
    const cache = at(more.cache ?? `cache-${name}`);
    // Without a HOME nobody's logins are found but those of the test.
    const environment = { HOME: at('nobody'), XDG_RUNTIME_DIR: at('nobody'), ...more.environment };
    await createBundle({
      pins,
      arches: more.arches,
      path: at(`${name}.bundle`),
      key: undefined,
      ...suppliersOf(pins.spec, cache, environment),
      now: Date.now(),
      writer: bundleWriter,
      tell: (says) => more.told?.push(says),
      progress: () => {},
    });
    return at(`${name}.bundle`);
  };

  return {
    folder,
    open: open.host,
    basic: basic.host,
    token: token.host,
    tokens,
    create,
    async close() {
      await Promise.all([open, basic, token].map(({ stop }) => stop()));
      tokens.stop();
      rmSync(folder, { recursive: true });
    },
  };
};

/** What is wrong with an unsigned bundle; empty when it is whole. */
export const faultsOf = async (path: string, arches?: readonly Arch[]): Promise<readonly string[]> => {
  const trust = { keys: [], allowUnsigned: true, today: '2026-11-22' };
  const { problems } = await verifyBundle(bundleFolder(path), trust, arches, () => {});
  return problems.map(({ message }) => message.replaceAll(path, ''));
};

/** The digest of every file of a bundle, by its path. */
export const filesIn = (path: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [
        file.slice(path.length),
        createHash('sha256').update(readFileSync(file)).digest('hex'),
      ]),
  );
