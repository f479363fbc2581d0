import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { byteRange } from './byte-range.ts';
import type { Release } from './folder.ts';

/** The file of the release that this URL names: `/v1.34.2%2Bk3s1/k3s`; a plain + will do. */
const fileOf = ({ folder, version }: Release, url: string) => {
  const [, asked, name, ...more] = decodeURIComponent(url.split('?')[0] ?? '').split('/');
  const plain = name !== undefined && /^[\w.-]+$/.test(name) && !name.startsWith('.');
  return asked === version && plain && more.length === 0 ? join(folder, name) : undefined;
};

const answer = async (release: Release, request: IncomingMessage, response: ServerResponse) => {
  const file = fileOf(release, request.url ?? '/');
  const found = file === undefined ? undefined : await stat(file).catch(() => undefined);
  if (file === undefined || !found?.isFile()) return response.writeHead(404).end('not in this release\n');
  if (request.method !== 'GET' && request.method !== 'HEAD') return response.writeHead(405).end();

  const etag = `"${found.size.toString(16)}-${Math.trunc(found.mtimeMs).toString(16)}"`;
  const same = request.headers['if-range'] === undefined || request.headers['if-range'] === etag;
  const range = byteRange(same ? request.headers.range : undefined, found.size);
  if (range === undefined) return response.writeHead(416, { 'content-range': `bytes */${found.size}` }).end();

  const { start, end } = range === 'whole' ? { start: 0, end: found.size - 1 } : range;
  response.writeHead(range === 'whole' ? 200 : 206, {
    'accept-ranges': 'bytes',
    'content-length': end - start + 1,
    'content-type': 'application/octet-stream',
    'last-modified': found.mtime.toUTCString(),
    etag,
    ...(range === 'whole' ? {} : { 'content-range': `bytes ${start}-${end}/${found.size}` }),
  });
  if (request.method === 'HEAD' || found.size === 0) return response.end();
  return pipeline(createReadStream(file, { start, end, highWaterMark: 1 << 18 }), response, () => {});
};

/** Answers requests the way k3s's own releases are laid out: `/<version>/<file>`, parts of files too. */
export const releaseHandler =
  (release: Release) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    answer(release, request, response).catch(() => response.destroy());
  };
