import { Readable } from 'node:stream';
import type { Fetcher } from '../../ports/bundles.ts';
import { Problem } from '../../support/problem.ts';
import { contentCache, type Open, sizeOf, verified } from '../files/content-cache.ts';

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

/** Opens an address where an earlier try ended; a server that ignores ranges starts over. */
const opening =
  (url: string): Open =>
  async (have) => {
    const stall = new AbortController();
    const answer = await fetch(url, {
      headers: have > 0 ? { range: `bytes=${have}-` } : {},
      signal: stall.signal,
    });
    if (answer.status === 416) return undefined;
    if (!answer.ok || !answer.body) throw new Error(`HTTP ${answer.status}`);
    let timer = setTimeout(() => stall.abort(), STALL_WITHIN_MS);
    const body = Readable.fromWeb(answer.body as never);
    body.on('data', () => {
      clearTimeout(timer);
      timer = setTimeout(() => stall.abort(), STALL_WITHIN_MS);
    });
    body.once('close', () => clearTimeout(timer));
    return { appends: answer.status === 206, body };
  };

/**
 * Fetches over HTTP into `cache`, where files lie under their digest, so that a second cluster or a second run fetches
 * nothing; a file on this machine is checked where it lies.
 */
export const cachingFetcher = (cache: string): Fetcher => {
  const contents = contentCache(cache);
  return {
    async fetch(from, digest) {
      if (isUrl(from))
        return contents.get({ digest, from }, opening(from)).catch((error: unknown) => {
          throw error instanceof Problem ? error : unavailable(from, error);
        });
      if ((await sizeOf(from)) === 0) throw unavailable(from, new Error('no such file'));
      return verified(from, { digest, from });
    },
  };
};
