import type { Fetcher } from '../../ports/bundles.ts';
import { Problem } from '../../support/problem.ts';
import { contentCache, type Open, sizeOf, verified } from '../files/content-cache.ts';
import { reasonOf } from '../http/failure.ts';
import { follow } from '../http/http.ts';
import { getSteadily, rangeFrom, sourceFrom } from '../http/steadily.ts';

const TRIES = 4;

/** Whether a source is an address rather than a path. */
export const isUrl = (source: string): boolean => /^https?:\/\//i.test(source);

/** SOURCE_UNAVAILABLE, with the reason that lies deepest. */
export const unavailable = (what: string, error: unknown): Problem => {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return new Problem('SOURCE_UNAVAILABLE', `${what}: ${reasonOf(cause)}`, {
    hint: 'check the source in the file that names it, and that this machine reaches it',
    cause: error,
  });
};

/** Opens an address where an earlier try ended; a server that ignores ranges starts over. */
const opening =
  (url: URL): Open =>
  async (have) =>
    sourceFrom(await follow({ url, headers: rangeFrom(have) }), have);

/**
 * Fetches over HTTP into `cache`, where files lie under their digest, so that a second cluster or a second run fetches
 * nothing; a file on this machine is checked where it lies.
 */
export const cachingFetcher = (cache: string): Fetcher => {
  const contents = contentCache(cache);
  return {
    async fetch(from, digest) {
      if (isUrl(from))
        return getSteadily(contents, { digest, from }, opening(new URL(from)), TRIES).catch(
          (error: unknown) => {
            throw error instanceof Problem ? error : unavailable(from, error);
          },
        );
      if ((await sizeOf(from)) === 0) throw unavailable(from, new Error('no such file'));
      return verified(from, { digest, from });
    },
  };
};
