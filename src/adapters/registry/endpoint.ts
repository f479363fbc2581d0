import { readFile } from 'node:fs/promises';
import type { RegistrySettings } from '../../spec/bundle-images.ts';
import { Problem } from '../../support/problem.ts';
import { type Answer, follow } from '../http/http.ts';
import { authorize, refused } from './authorize.ts';
import { loginFor } from './logins.ts';

/** A server that has the images of a registry: the registry itself, or a mirror of it. */
export interface Endpoint {
  /** Host and port. */
  readonly host: string;
  /** Whether a failure of it leaves another one to ask. */
  readonly isMirror: boolean;
  /** GETs what stands under a repository, logged in where that is wanted; throws REGISTRY_AUTH_FAILED. */
  get(repository: string, path: string, headers: Readonly<Record<string, string>>): Promise<Answer>;
}

/** How endpoints are reached. */
export interface Reach {
  readonly registries: RegistrySettings;
  readonly environment: NodeJS.ProcessEnv;
}

const HUB_HOST = 'registry-1.docker.io';

const originOf = (registry: string, { registries }: Reach): URL =>
  new URL(
    `${registries[registry]?.plainHttp ? 'http' : 'https'}://${registry === 'docker.io' ? HUB_HOST : registry}`,
  );

const caOf = async (path: string | undefined): Promise<string | undefined> => {
  if (path === undefined) return undefined;
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw new Problem('FILE_UNREADABLE', `${path}, a file of CA certificates, cannot be read`, {
      cause: error,
    });
  });
};

const endpoint = (base: URL, registry: string, isMirror: boolean, reach: Reach): Endpoint => {
  const name = isMirror ? base.host : registry;
  const settings = reach.registries[name];
  const ca = caOf(settings?.ca);
  // Somebody waits for it later.
  ca.catch(() => {});
  const root = base.pathname === '/' ? '/v2' : base.pathname.replace(/\/+$/, '');
  const authorizations = new Map<string, string>();

  return {
    host: base.host,
    isMirror,
    async get(repository, path, headers) {
      const url = new URL(`${root}/${repository}/${path}`, base);
      // Pull-through caches of many registries ask for whom this is, as containerd tells them.
      if (isMirror) url.searchParams.set('ns', registry);
      const ask = async () => {
        const known = authorizations.get(repository);
        return follow({
          url,
          ca: await ca,
          headers: { ...headers, ...(known ? { authorization: known } : {}) },
        });
      };
      let answer = await ask();
      const challenge = answer.headers['www-authenticate'];
      // Only who was asked may ask back: not the host that it redirects to.
      if (answer.status === 401 && challenge !== undefined && answer.url.origin === url.origin) {
        answer.body.destroy();
        const login = await loginFor({ registry: name, repository }, settings?.auth, reach.environment);
        const plain = url.protocol === 'http:';
        authorizations.set(
          repository,
          await authorize({ challenge, registry: name, repository, login, ca: await ca, plain }),
        );
        answer = await ask();
        if (answer.status === 401) {
          answer.body.destroy();
          authorizations.delete(repository);
          throw refused(repository, login, 'HTTP 401');
        }
      }
      return answer;
    },
  };
};

/** Who is asked for the images of a registry: its mirrors in their order, then itself. */
export const endpointsOf = (registry: string, reach: Reach): readonly Endpoint[] => [
  ...(reach.registries[registry]?.mirrors ?? []).map((mirror) =>
    endpoint(new URL(mirror), registry, true, reach),
  ),
  endpoint(originOf(registry, reach), registry, false, reach),
];
