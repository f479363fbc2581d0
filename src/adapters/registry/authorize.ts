import * as z from 'zod';
import { Problem } from '../../support/problem.ts';
import { follow, textOf } from '../http/http.ts';
import type { Login } from './auth-file.ts';
import { readChallenges } from './challenge.ts';

const Token = z.looseObject({ token: z.string().optional(), access_token: z.string().optional() });

/** What an answer to a challenge needs. `plain`: the registry itself is reached without TLS. */
export interface Asked {
  readonly challenge: string;
  readonly registry: string;
  readonly repository: string;
  readonly login: Login | undefined;
  readonly ca: string | undefined;
  readonly plain: boolean;
}

const basic = ({ username, password }: Login): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

/** REGISTRY_AUTH_FAILED: whom a registry refused, or that it wants to know somebody. Never with a secret. */
export const refused = (repository: string, login: Login | undefined, why: string): Problem => {
  const who = login ? `"${login.username || 'the identity token'}" may not read` : 'nobody may read';
  return new Problem(
    'REGISTRY_AUTH_FAILED',
    `${who} ${repository}${login ? '' : ' without a login'} (${why})`,
    {
      hint: 'log in with `skopeo login` or `podman login`, or name the login in "registries" of the file of pins',
    },
  );
};

const realmOf = (text: string | undefined, { registry, login, plain }: Asked): URL => {
  const realm = text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
  if (!realm || !/^https?:$/.test(realm.protocol))
    throw new Error(`${registry} names no address that gives tokens`);
  if (login && !plain && realm.protocol !== 'https:')
    throw new Error(`${registry} wants the login sent to ${realm.host} without TLS`);
  return realm;
};

/** A token for reading, as Docker's token server gives it (distribution.github.io, "Token Authentication"). */
const bearer = async (params: Readonly<Record<string, string>>, of: Asked): Promise<string> => {
  const { login, ca, repository } = of;
  const url = realmOf(params['realm'], of);
  const asks = {
    ...(params['service'] === undefined ? {} : { service: params['service'] }),
    scope: params['scope'] ?? `repository:${repository}:pull`,
  };
  if (!login?.identityToken)
    for (const [key, value] of Object.entries(asks)) url.searchParams.set(key, value);
  const answer = await follow({
    url,
    ca,
    headers: login && !login.identityToken ? { authorization: basic(login) } : {},
    ...(login?.identityToken
      ? {
          form: new URLSearchParams({
            ...asks,
            grant_type: 'refresh_token',
            client_id: 'edgectl',
            refresh_token: login.identityToken,
          }),
        }
      : {}),
  });
  if (answer.status === 401 || answer.status === 403 || (answer.status === 400 && login?.identityToken)) {
    answer.body.destroy();
    throw refused(repository, login, `HTTP ${answer.status} of ${url.host}`);
  }
  if (answer.status !== 200) {
    answer.body.destroy();
    throw new Error(`HTTP ${answer.status} of the token server ${url.host}`);
  }
  const { token, access_token: other } = Token.parse(JSON.parse(await textOf(answer)));
  const given = token ?? other;
  if (!given || /[^\x21-\x7e]/.test(given)) throw new Error(`the token server ${url.host} gave no token`);
  return `Bearer ${given}`;
};

/**
 * The header `Authorization` that answers a challenge; throws REGISTRY_AUTH_FAILED. A token is asked for even without a
 * login: registries give one to anybody for what is public.
 */
export const authorize = async (of: Asked): Promise<string> => {
  const challenges = readChallenges(of.challenge);
  const wantsToken = challenges.find(({ scheme }) => scheme === 'bearer');
  if (wantsToken) return bearer(wantsToken.params, of);
  const wantsBasic = challenges.some(({ scheme }) => scheme === 'basic');
  if (wantsBasic && of.login && !of.login.identityToken) return basic(of.login);
  const schemes = challenges.map(({ scheme }) => scheme).join(', ') || 'nothing';
  throw refused(of.repository, of.login, `it takes ${schemes}`);
};
