import { setTimeout as wait } from 'node:timers/promises';
import type { LocalFile } from '../../ports/source.ts';
import type { ContentCache, Open, Wanted } from '../files/content-cache.ts';
import { isPassing, ServerRefusal } from './failure.ts';
import type { Answer } from './http.ts';

const FIRST_PAUSE_MS = 250;

/** The header that asks for content from byte `have` on. */
export const rangeFrom = (have: number): { readonly range?: string } =>
  have > 0 ? { range: `bytes=${have}-` } : {};

/** What a server answered that was asked for content from byte `have` on; it may start over. Throws a ServerRefusal. */
export const sourceFrom = ({ status, headers, body }: Answer, have: number): Awaited<ReturnType<Open>> => {
  if (status === 200) return { appends: false, body };
  if (status === 206 && have > 0 && headers['content-range']?.startsWith(`bytes ${have}-`))
    return { appends: true, body };
  body.destroy();
  if (status === 416 && have > 0) return undefined;
  throw new ServerRefusal(status);
};

/**
 * Gets content over a line that may be cut, or from a server that may be busy: again after a pause, from where it ended. As long
 * as some of it comes, it is worth going on; throws what the last of so many tries in vain threw.
 */
export const getSteadily = async (
  cache: ContentCache,
  wanted: Wanted,
  open: Open,
  tries: number,
): Promise<LocalFile> => {
  for (let failed = 0; ; ) {
    const before = await cache.have(wanted.digest);
    try {
      return await cache.get(wanted, open);
    } catch (error) {
      if (!isPassing(error)) throw error;
      failed = (await cache.have(wanted.digest)) > before ? 1 : failed + 1;
      if (failed === tries) throw error;
      await wait(FIRST_PAUSE_MS * 2 ** failed);
    }
  }
};
