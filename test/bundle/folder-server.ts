import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** A folder over HTTP on the loopback, and the paths that were asked for. */
export interface FolderServer {
  readonly address: string;
  readonly asked: string[];
  stop(): Promise<void>;
}

/** Serves a folder. */
export const serveFolder = (folder: string): Promise<FolderServer> =>
  new Promise((resolve) => {
    const asked: string[] = [];
    const server = createServer(async (request, response) => {
      const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
      asked.push(path);
      const file = join(folder, path);
      const found = await stat(file).catch(() => undefined);
      if (!found?.isFile()) return void response.writeHead(404).end();
      response.writeHead(200, { 'content-length': found.size });
      createReadStream(file).pipe(response);
    });
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      const stop = () =>
        new Promise<void>((done) => {
          server.closeAllConnections();
          server.close(() => done());
        });
      resolve({ address: `http://127.0.0.1:${port}`, asked, stop });
    });
  });
