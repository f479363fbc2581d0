import { readFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { RegistrySettings } from '../../spec/bundle-images.ts';
import { Problem } from '../../support/problem.ts';
import { helperFor, type Login, loginIn, readAuthFile } from './auth-file.ts';
import { askHelper } from './credential-helper.ts';

type Settings = RegistrySettings[string];

/** A repository of a registry. */
export interface Repository {
  readonly registry: string;
  readonly repository: string;
}

const fromVariables = (
  auth: NonNullable<Settings['auth']>,
  environment: NodeJS.ProcessEnv,
): Login | undefined => {
  const { usernameEnv, passwordEnv } = auth;
  if (usernameEnv === undefined || passwordEnv === undefined) return undefined;
  const [username, password] = [environment[usernameEnv], environment[passwordEnv]];
  if (username && password) return { username, password };
  throw new Problem(
    'REGISTRY_AUTH_FAILED',
    `the variable ${username ? passwordEnv : usernameEnv}, which has the login, is not set`,
  );
};

/** Where podman, skopeo and Docker look (containers-auth.json(5)); a file that REGISTRY_AUTH_FILE names is the only one. */
const usualFiles = (environment: NodeJS.ProcessEnv): readonly string[] => {
  const named = environment['REGISTRY_AUTH_FILE'];
  if (named) return [named];
  const home = environment['HOME'] ?? homedir();
  const runtime = environment['XDG_RUNTIME_DIR'];
  return [
    runtime ? join(runtime, 'containers/auth.json') : `/run/containers/${userInfo().uid}/auth.json`,
    join(environment['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'containers/auth.json'),
    join(environment['DOCKER_CONFIG'] ?? join(home, '.docker'), 'config.json'),
  ];
};

const inFile = async (path: string, of: Repository, needed: boolean): Promise<Login | undefined> => {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (!needed) return undefined;
    throw new Problem('FILE_UNREADABLE', `${path}, which has the login of ${of.registry}, cannot be read`, {
      cause: error,
    });
  });
  if (text === undefined) return undefined;
  const file = readAuthFile(text);
  if (!file)
    throw new Problem('FILE_UNREADABLE', `${path} is no auth.json of containers or config.json of Docker`, {
      hint: 'log in again with `skopeo login`, `podman login` or `docker login`',
    });
  const login = loginIn(file, of);
  const helper = login ? undefined : helperFor(file, of.registry);
  return helper === undefined ? login : askHelper(helper, of.registry);
};

/** Who logs in to a repository: as its settings say, else as the usual files do; undefined: nobody. */
export const loginFor = async (
  of: Repository,
  auth: Settings['auth'],
  environment: NodeJS.ProcessEnv,
): Promise<Login | undefined> => {
  if (auth?.authfile !== undefined) return inFile(auth.authfile, of, true);
  if (auth) return fromVariables(auth, environment);
  const needed = Boolean(environment['REGISTRY_AUTH_FILE']);
  for (const path of usualFiles(environment)) {
    const login = await inFile(path, of, needed);
    if (login) return login;
  }
  return undefined;
};
