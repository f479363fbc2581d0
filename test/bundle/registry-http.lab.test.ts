import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { imageRegistry } from '../../src/adapters/registry/image-registry.ts';
import type { RegistrySettings } from '../../src/spec/bundle-images.ts';
import { digest } from '../../src/support/digest.ts';

// What a real registry cannot be made to do: servers on the loopback that behave badly, or in ways that only some do.
type Answering = (request: IncomingMessage, response: ServerResponse) => void;

let folder: string;
let servers: Server[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'edgectl-http-'));
  servers = [];
});
afterEach(() => {
  for (const server of servers) server.close().closeAllConnections();
  rmSync(folder, { recursive: true });
});

const serve = async (answer: Answering): Promise<string> => {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const content = 'the content of a layer '.repeat(1000);
const layer = { digest: digest(content), size: content.length };

const registryAt = (host: string, more: Partial<RegistrySettings[string]> = {}) =>
  imageRegistry({
    cache: join(folder, 'cache'),
    registries: { [host]: { mirrors: [], plainHttp: true, ...more } },
    environment: { HOME: folder, XDG_RUNTIME_DIR: folder, U: 'edge', P: 'secret-word' },
  });
const imageAt = (registry: string) => ({ registry, repository: 'app', digest: layer.digest });
const auth = { usernameEnv: 'U', passwordEnv: 'P' };

const askingLogin =
  (then: Answering): Answering =>
  (request, response) => {
    if (request.headers.authorization) then(request, response);
    else response.writeHead(401, { 'www-authenticate': 'Basic realm="here"' }).end();
  };

it('the login stays with who asked for it when the content is elsewhere', async () => {
  const seen: (string | undefined)[] = [];
  const store = await serve((request, response) => {
    seen.push(request.headers.authorization);
    response.end(content);
  });
  const host = await serve(
    askingLogin((_, response) =>
      response.writeHead(307, { location: `http://${store}/blob?signed=1` }).end(),
    ),
  );
  const file = await registryAt(host, { auth }).layer(imageAt(host), layer);
  expect(file.size).toBe(content.length);
  expect(seen).toEqual([undefined]);
});

it('who is redirected to is not told the login, though it asks for it', async () => {
  const seen: (string | undefined)[] = [];
  const thief = await serve((request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(401, { 'www-authenticate': 'Basic realm="mine"' }).end();
  });
  const host = await serve((_, response) => response.writeHead(307, { location: `http://${thief}/` }).end());
  await expect(registryAt(host, { auth }).layer(imageAt(host), layer)).rejects.toThrow('HTTP 401');
  expect(seen).toEqual([undefined]);
});

it('redirects that never end are ended', async () => {
  const host = await serve((_, response) => response.writeHead(302, { location: '/again' }).end());
  await expect(registryAt(host).layer(imageAt(host), layer)).rejects.toThrow('more than 5 redirects');
});

it('a registry that sends more than it said, or something else, is not believed', async () => {
  const more = await serve((_, response) => response.end(`${content}!`));
  await expect(registryAt(more).layer(imageAt(more), layer)).rejects.toThrow(
    `sends more than ${content.length} bytes`,
  );
  const other = await serve((_, response) => response.end(content.toUpperCase()));
  await expect(registryAt(other).layer(imageAt(other), layer)).rejects.toThrow('what it sent has the digest');
  const endless = await serve((_, response) => {
    const send = () => {
      while (!response.destroyed && response.write(content));
      if (!response.destroyed) response.once('drain', send);
    };
    send();
  });
  const wanted = { digest: layer.digest };
  await expect(registryAt(endless).manifest(imageAt(endless), wanted)).rejects.toThrow(
    'sends more than 4194304 bytes',
  );
});

it('a mirror that has something else is passed over for the registry itself', async () => {
  const asked: (string | undefined)[] = [];
  const mirror = await serve((request, response) => {
    asked.push(request.url);
    response.end(content.toUpperCase());
  });
  const host = await serve((_, response) => response.end(content));
  const registry = registryAt(host, { mirrors: [`http://${mirror}/v2/cache`] });
  expect((await registry.layer(imageAt(host), layer)).size).toBe(content.length);
  expect(asked).toEqual([`/v2/cache/app/blobs/${layer.digest}?ns=${encodeURIComponent(host)}`]);
});

it('a busy registry is asked again, and one that knows no ranges starts over', async () => {
  let asked = 0;
  const host = await serve((_, response) => {
    asked++;
    if (asked === 1) response.writeHead(503).end();
    else if (asked === 2) {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.slice(0, 5000), () => response.destroy());
    } else response.end(content);
  });
  expect((await registryAt(host).layer(imageAt(host), layer)).size).toBe(content.length);
  expect(asked).toBe(3);
});

it('a login that a program keeps is asked of it over a pipe', async () => {
  const host = await serve(
    askingLogin((request, response) => {
      const known = request.headers.authorization === `Basic ${Buffer.from('kept:word').toString('base64')}`;
      response.writeHead(known ? 200 : 401).end(known ? content : '');
    }),
  );
  const programs = join(folder, 'programs');
  mkdirSync(programs);
  const helper = join(programs, 'docker-credential-test');
  writeFileSync(
    helper,
    `#!/bin/sh\nread -r host\n[ "$1 $host" = "get ${host}" ] && echo '{"ServerURL":"x","Username":"kept","Secret":"word"}'\n`,
  );
  chmodSync(helper, 0o700);
  const file = join(folder, 'auth.json');
  writeFileSync(file, JSON.stringify({ credHelpers: { [host]: 'test' } }));
  const registry = registryAt(host, { auth: { authfile: file } });
  await expect(registry.layer(imageAt(host), layer)).rejects.toThrow(
    'kept by docker-credential-test, which does not run',
  );
  const before = process.env['PATH'];
  process.env['PATH'] = `${programs}${delimiter}${before}`;
  try {
    expect((await registry.layer(imageAt(host), layer)).size).toBe(content.length);
  } finally {
    process.env['PATH'] = before;
  }
});
