import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cachingFetcher } from '../../../src/adapters/release/fetcher.ts';

const content = randomBytes(200_000);
const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
const CUT_AFTER = 60_000;

type Serve = (request: IncomingMessage, response: ServerResponse, from: number) => void;

let folder = '';
let asked: number[] = [];
let stop = () => {};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'edgectl-fetcher-'));
  asked = [];
});
afterEach(() => {
  stop();
  rmSync(folder, { recursive: true });
});

const serving = async (serve: Serve): Promise<string> => {
  const server = createServer((request, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    asked.push(from);
    serve(request, response, from);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/blob`;
};

const rest = (response: ServerResponse, from: number) =>
  response.writeHead(from > 0 ? 206 : 200, {
    'content-length': content.length - from,
    ...(from > 0 ? { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` } : {}),
  });

const fetched = async (url: string) => readFileSync((await cachingFetcher(folder).fetch(url, digest)).path);

describe('a file over a bad uplink', () => {
  it('goes on where the line was cut, as long as some of it comes', async () => {
    const url = await serving((_request, response, from) => {
      const piece = content.subarray(from, from + CUT_AFTER);
      rest(response, from).write(piece, () => {
        if (from + piece.length < content.length) setTimeout(() => response.destroy(), 50);
        else response.end();
      });
    });
    expect(await fetched(url)).toEqual(content);
    expect(asked).toEqual([0, CUT_AFTER, 2 * CUT_AFTER, 3 * CUT_AFTER]);
  });

  it('waits for a server that is busy', async () => {
    const url = await serving((_request, response, from) => {
      if (asked.length < 3) response.writeHead(503).end();
      else rest(response, from).end(content.subarray(from));
    });
    expect(await fetched(url)).toEqual(content);
    expect(asked).toEqual([0, 0, 0]);
  });

  it('is given up where the server has none, at once', async () => {
    const url = await serving((_request, response) => response.writeHead(404).end());
    await expect(fetched(url)).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      message: expect.stringContaining('HTTP 404'),
    });
    expect(asked).toEqual([0]);
  });

  it('takes no other part of it than it asked for', async () => {
    const url = await serving((_request, response, from) => {
      if (from === 0)
        rest(response, 0).write(content.subarray(0, CUT_AFTER), () =>
          setTimeout(() => response.destroy(), 50),
        );
      else rest(response, from + 1).end(content.subarray(from + 1));
    });
    await expect(fetched(url)).rejects.toThrow('HTTP 206, another part than was asked for');
  });
});
