import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Fetcher } from '../../ports/bundles.ts';
import type { LocalFile } from '../../ports/source.ts';
import { Problem } from '../../support/problem.ts';
import { fileDigest } from '../files/file-digest.ts';

const STALL_WITHIN_MS = 60_000;

/** Whether a source is an address rather than a path. */
export const isUrl = (source: string): boolean => /^https?:\/\//i.test(source);

/** SOURCE_UNAVAILABLE, with the reason that lies deepest. */
export const unavailable = (what: string, error: unknown): Problem => {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Problem('SOURCE_UNAVAILABLE', `${what}: ${reason}`, {
    hint: 'check the source in the file that names it, and that this machine reaches it',
    cause: error,
  });
};

const sizeOf = async (path: string): Promise<number> => (await stat(path).catch(() => undefined))?.size ?? 0;

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
 * Fetches over HTTP into `cache`, where files lie under their digest, so that a second cluster or a second run fetches
 * nothing; a file on this machine is checked where it lies.
 */
export const cachingFetcher = (cache: string): Fetcher => {
  const verified = async (path: string, from: string, digest: string): Promise<LocalFile> => {
    const found = await fileDigest(path);
    if (found === digest) return { path, size: await sizeOf(path) };
    throw new Problem('BLOB_CORRUPT', `${from} has the digest ${found}, its publisher says ${digest}`, {
      hint: 'the file or the checksum that was published for it is damaged: nothing was used of it',
    });
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
    async fetch(from, digest) {
      if (!isUrl(from)) {
        if ((await sizeOf(from)) === 0) throw unavailable(from, new Error('no such file'));
        return verified(from, from, digest);
      }
      await mkdir(cache, { recursive: true, mode: 0o700 });
      const target = join(cache, digest.replace(':', '-'));
      if ((await sizeOf(target)) > 0)
        return verified(target, from, digest).catch(() => fresh(from, target, digest));
      return fresh(from, target, digest);
    },
  };
};
