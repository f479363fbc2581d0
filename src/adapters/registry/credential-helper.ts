import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { Problem } from '../../support/problem.ts';
import { HUB_KEY, type Login } from './auth-file.ts';

const Answer = z.looseObject({ Username: z.string(), Secret: z.string() });

// By this word a helper says that what it keeps is an identity token (github.com/docker/docker-credential-helpers).
const TOKEN_USER = '<token>';

/**
 * What `docker-credential-<name> get` says of a registry; undefined when it keeps nothing for it. The secret comes over a
 * pipe. Throws REGISTRY_AUTH_FAILED when the program cannot be run.
 */
export const askHelper = async (name: string, registry: string): Promise<Login | undefined> => {
  const program = `docker-credential-${name}`;
  const child = spawn(program, ['get'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const started = new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  await started.catch((error: unknown) => {
    throw new Problem(
      'REGISTRY_AUTH_FAILED',
      `the login of ${registry} is kept by ${program}, which does not run`,
      {
        hint: 'install it, or name another login in "registries" of the file of pins',
        cause: error,
      },
    );
  });
  // A helper that ends without reading is no failure of ours.
  child.stdin.on('error', () => {});
  child.stdin.end(registry === 'docker.io' ? HUB_KEY : registry);
  const said = await text(child.stdout);
  try {
    const { Username, Secret } = Answer.parse(JSON.parse(said));
    return Username === TOKEN_USER
      ? { username: '', password: '', identityToken: Secret }
      : { username: Username, password: Secret };
  } catch {
    return undefined;
  }
};
