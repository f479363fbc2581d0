import { createPrivateKey, sign, X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Who a token server gives tokens to. */
export interface TokenUser {
  readonly username: string;
  readonly password: string;
  /** An OAuth2 refresh token that counts as much. */
  readonly identityToken: string;
}

/** What a token was asked for, and how. */
export interface Asked {
  readonly method: string;
  readonly user: string;
  readonly scope: string;
}

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * A token server (distribution.github.io, "Token Authentication") on the loopback, over TLS: everybody may read below
 * `public/`, and one user everything. Its tokens are JWTs, signed with the key of its certificate.
 */
export const startTokenServer = async (of: {
  readonly cert: string;
  readonly key: string;
  readonly user: TokenUser;
}) => {
  const asked: Asked[] = [];
  const key = createPrivateKey(of.key);
  const x5c = [new X509Certificate(of.cert).raw.toString('base64')];

  const tokenFor = (service: string, scope: string, allowed: boolean): string => {
    const [type = '', name = '', actions = ''] = scope.split(':');
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: 'test-issuer',
      sub: 'test',
      aud: service,
      exp: now + 300,
      nbf: now - 60,
      iat: now,
      jti: `${asked.length}`,
      access: allowed ? [{ type, name, actions: actions.split(',') }] : [],
    };
    const head = `${base64({ typ: 'JWT', alg: 'ES256', x5c })}.${base64(claims)}`;
    const signature = sign('sha256', Buffer.from(head), { key, dsaEncoding: 'ieee-p1363' });
    return `${head}.${signature.toString('base64url')}`;
  };

  const askedBy = async (request: IncomingMessage, url: URL) => {
    const query = request.method === 'POST' ? new URLSearchParams(await text(request)) : url.searchParams;
    const [, basic = ''] = /^Basic (.+)$/.exec(request.headers.authorization ?? '') ?? [];
    return {
      query,
      basic: Buffer.from(basic, 'base64').toString(),
      refresh: query.get('refresh_token') ?? '',
    };
  };

  const server = createServer({ cert: of.cert, key: of.key }, async (request, response) => {
    const { query, basic, refresh } = await askedBy(request, new URL(request.url ?? '/', 'https://here'));
    const { username, password, identityToken } = of.user;
    const known = basic === `${username}:${password}` || refresh === identityToken;
    const [service, scope] = [query.get('service') ?? '', query.get('scope') ?? ''];
    asked.push({ method: request.method ?? '', user: known ? username : '', scope });
    if ((basic || refresh) && !known) response.writeHead(401).end();
    else
      response.end(
        JSON.stringify({ token: tokenFor(service, scope, known || scope.startsWith('repository:public/')) }),
      );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    realm: `https://127.0.0.1:${port}/token`,
    asked: asked as readonly Asked[],
    stop: () => void server.close(),
  };
};
