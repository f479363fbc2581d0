import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { layout } from '../layout.ts';
import { byteRange } from './byte-range.ts';
import { downloadRelease } from './download.ts';
import { k3sRelease } from './folder.ts';
import { releaseHandler } from './release-handler.ts';
import { ensureServer, stopServer } from './server-process.ts';

const version = 'v1.34.2+k3s1';
let scratch: string;
let release: { folder: string; version: string };
let server: Server;
let base: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'edgectl-release-'));
  release = { folder: join(scratch, version), version };
  await mkdir(release.folder);
  const files = ['k3s', 'k3s-arm64', 'k3s-airgap-images-amd64.tar.zst', 'k3s-airgap-images-arm64.tar.zst'];
  for (const file of files) await writeFile(join(release.folder, file), `${file}: 0123456789`);
  for (const arch of ['amd64', 'arm64']) {
    const own = files.filter((file) => file.includes(arch) || (arch === 'amd64' && file === 'k3s'));
    const sums = execFileSync('sha256sum', own, { cwd: release.folder });
    await writeFile(join(release.folder, `sha256sum-${arch}.txt`), sums);
  }
  server = createServer(releaseHandler(release));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await rm(scratch, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${base}${path}`, { headers });

it('offers the files of one release under its version, whole', async () => {
  const answer = await get('/v1.34.2%2Bk3s1/k3s');
  expect([answer.status, await answer.text()]).toEqual([200, 'k3s: 0123456789']);
  expect((await get('/v1.34.2+k3s1/k3s')).status).toBe(200);
});

it('offers nothing else', async () => {
  const others = ['/', '/v1.34.2%2Bk3s1/', '/v1.34.2%2Bk3s1/..%2Fsecret', '/v1.0.0%2Bk3s1/k3s', '/%'];
  for (const path of others)
    expect(
      await get(path).then(
        ({ ok }) => ok,
        () => false,
      ),
    ).toBe(false);
});

it('offers the rest of a half-fetched file, unless it has changed meanwhile', async () => {
  const path = '/v1.34.2%2Bk3s1/k3s';
  const rest = await get(path, { range: 'bytes=5-' });
  expect([rest.status, rest.headers.get('content-range'), await rest.text()]).toEqual([
    206,
    'bytes 5-14/15',
    '0123456789',
  ]);
  expect((await get(path, { range: 'bytes=15-' })).status).toBe(416);
  expect((await get(path, { range: 'bytes=5-', 'if-range': '"other"' })).status).toBe(200);
  expect((await get(path, { range: 'bytes=5-', 'if-range': rest.headers.get('etag') ?? '' })).status).toBe(
    206,
  );
});

it('reads byte ranges', () => {
  expect(byteRange(undefined, 10)).toBe('whole');
  expect(byteRange('bytes=2-4', 10)).toEqual({ start: 2, end: 4 });
  expect(byteRange('bytes=2-99', 10)).toEqual({ start: 2, end: 9 });
  expect(byteRange('bytes=-3', 10)).toEqual({ start: 7, end: 9 });
  expect(byteRange('bytes=10-', 10)).toBeUndefined();
});

it('is taken from EDGECTL_LAB_K3S, which names a folder', async () => {
  expect(await k3sRelease(release.folder)).toEqual(release);
  await expect(k3sRelease(scratch)).rejects.toThrow('is no k3s release folder (it has no file k3s)');
});

it('is fetched once, and refused when a digest is not the published one', async () => {
  vi.stubEnv('EDGECTL_CACHE', join(scratch, 'cache'));
  const folder = await downloadRelease(version, base);
  expect(await readFile(join(folder, 'k3s-arm64'), 'utf8')).toBe('k3s-arm64: 0123456789');
  expect(await downloadRelease(version, 'http://127.0.0.1:9')).toBe(folder);
  await rm(folder, { recursive: true });
  await writeFile(join(release.folder, 'k3s'), 'k3s: changed');
  await expect(downloadRelease(version, base)).rejects.toThrow(
    'does not have the digest that sha256sum-amd64.txt publishes',
  );
  await expect(downloadRelease('v1.0.0+k3s1', base)).rejects.toThrow('cannot be fetched (404)');
  vi.unstubAllEnvs();
});

it('is offered by one process, which up starts again on the same port, and which goes with its lab', async () => {
  const lab = layout(`release-${process.pid}`);
  await mkdir(lab.folder, { recursive: true });
  const wish = { address: '127.0.0.1', release };
  const port = await ensureServer(lab, { ...wish, port: 0 });
  const answers = () =>
    fetch(`http://127.0.0.1:${port}/v1.34.2%2Bk3s1/k3s-arm64`).then(
      ({ ok }) => ok,
      () => false,
    );
  expect(await ensureServer(lab, { ...wish, port })).toBe(port);
  expect(await answers()).toBe(true);
  const { pid } = JSON.parse(await readFile(lab.releaseServer, 'utf8')) as { pid: number };
  process.kill(pid, 'SIGKILL');
  await vi.waitFor(async () => expect(await answers()).toBe(false));
  expect(await ensureServer(lab, { ...wish, port })).toBe(port);
  expect(await answers()).toBe(true);
  await stopServer(lab);
  expect(await answers()).toBe(false);
  await ensureServer(lab, { ...wish, port });
  await rm(lab.folder, { recursive: true });
  await vi.waitFor(async () => expect(await answers()).toBe(false), { timeout: 5000 });
});
