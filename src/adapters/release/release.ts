import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { LocalFile, Source } from '../../ports/source.ts';
import { readRelease, releasePath } from '../../spec/release.ts';
import { isProblems, Problem } from '../../support/problem.ts';

const LIST_WITHIN_MS = 20_000;
const STALL_WITHIN_MS = 60_000;
const LISTS = ['sha256sum-amd64.txt', 'sha256sum-arm64.txt'] as const;

const isUrl = (source: string): boolean => /^https?:\/\//.test(source);

const sha256Of = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
};

const sizeOf = async (path: string): Promise<number> => (await stat(path).catch(() => undefined))?.size ?? 0;

const unavailable = (what: string, error: unknown): Problem => {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return new Problem(
    'SOURCE_UNAVAILABLE',
    `${what}: ${cause instanceof Error ? cause.message : String(cause)}`,
    {
      hint: 'check k3s.source in the cluster file, and that this machine reaches it',
      cause: error,
    },
  );
};

/** Fetches into a `.part` file, from where an earlier try ended; a server that ignores ranges starts over. */
const download = async (url: string, part: string): Promise<void> => {
  const have = await sizeOf(part);
  const stall = new AbortController();
  const answer = await fetch(url, {
    headers: have > 0 ? { range: `bytes=${have}-` } : {},
    signal: stall.signal,
  });
  if (answer.status === 416) return;
  if (!answer.ok || !answer.body) throw new Error(`HTTP ${answer.status}`);
  let timer = setTimeout(() => stall.abort(), STALL_WITHIN_MS);
  const body = Readable.fromWeb(answer.body as never);
  body.on('data', () => {
    clearTimeout(timer);
    timer = setTimeout(() => stall.abort(), STALL_WITHIN_MS);
  });
  await pipeline(body, createWriteStream(part, { flags: answer.status === 206 ? 'a' : 'w' })).finally(() =>
    clearTimeout(timer),
  );
};

/**
 * A k3s release at a URL or in a folder. Fetched files lie in `cache` under their digest, so that a second cluster
 * or a second run fetches nothing.
 */
export const releaseSource = (of: {
  readonly source: string;
  readonly version: string;
  readonly cache: string;
}): Source => {
  const under = new Map<string, Promise<LocalFile>>();
  const place = (file: string) => releasePath(of.source, of.version, file);

  const list = async (file: string): Promise<string | undefined> => {
    const from = place(file);
    try {
      if (!isUrl(from)) return await readFile(from, 'utf8');
      const answer = await fetch(from, { signal: AbortSignal.timeout(LIST_WITHIN_MS) });
      if (answer.status === 404) return undefined;
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      return await answer.text();
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw unavailable(from, error);
    }
  };

  const verified = async (path: string, from: string, digest: string): Promise<LocalFile> => {
    const found = `sha256:${await sha256Of(path)}`;
    if (found === digest) return { path, size: await sizeOf(path) };
    throw new Problem('BLOB_CORRUPT', `${from} has the digest ${found}, its checksum list says ${digest}`, {
      hint: 'the file or the checksum list of the k3s source is damaged: nothing was used of it',
    });
  };

  const bring = async (name: string, digest: string): Promise<LocalFile> => {
    const from = place(name);
    if (!isUrl(from)) {
      if ((await sizeOf(from)) === 0) throw unavailable(from, new Error('no such file'));
      return verified(from, from, digest);
    }
    await mkdir(of.cache, { recursive: true, mode: 0o700 });
    const target = join(of.cache, digest.replace(':', '-'));
    if ((await sizeOf(target)) > 0)
      return verified(target, from, digest).catch(() => fresh(from, target, digest));
    return fresh(from, target, digest);
  };

  const fresh = async (from: string, target: string, digest: string): Promise<LocalFile> => {
    const part = `${target}.part`;
    await download(from, part).catch((error: unknown) => {
      throw unavailable(from, error);
    });
    const { size } = await verified(part, from, digest).catch(async (error: unknown) => {
      await rm(part, { force: true });
      throw error;
    });
    await rename(part, target);
    return { path: target, size };
  };

  return {
    async release() {
      const [amd64, arm64] = await Promise.all(LISTS.map(list));
      if (amd64 === undefined && arm64 === undefined)
        throw unavailable(
          of.source,
          new Error(`no release ${of.version}: neither ${LISTS.join(' nor ')} is there`),
        );
      const release = readRelease(of.version, {
        ...(amd64 === undefined ? {} : { 'sha256sum-amd64.txt': amd64 }),
        ...(arm64 === undefined ? {} : { 'sha256sum-arm64.txt': arm64 }),
      });
      if (isProblems(release)) throw release.problems[0];
      return release;
    },
    fetch({ name, digest }) {
      const running = under.get(digest) ?? bring(name, digest);
      under.set(digest, running);
      return running;
    },
  };
};
