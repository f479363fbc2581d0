import type { Transfer } from '../../engine/world.ts';
import type { Holder } from '../../ports/distribution.ts';
import type { Source } from '../../ports/source.ts';

/** Who gives which content, by digest, in place of the control node. */
export type Feed = ReadonlyMap<string, Holder>;

/** Bytes below which starting relays, and bringing the helper where it is not yet, costs more than it saves. */
export const WORTH_FEEDING = 8 << 20;

/** No content comes from anybody but the control node. */
export const NO_FEED: Feed = new Map();

/**
 * Chooses who feeds the chain: of the hosts that have something in place those that have most of what is wanted, so that few
 * links start; boards before the control node. Nobody gives what it is to get.
 */
export const feedOf = (
  transfers: readonly Transfer[],
  holders: ReadonlyMap<string, readonly Holder[]>,
): Feed => {
  const wanted = new Map<string, Set<string>>();
  for (const { host, blobs } of transfers)
    for (const { digest } of blobs) {
      const takers = wanted.get(digest) ?? new Set();
      wanted.set(digest, takers.add(host.key));
    }
  const able = [...wanted].map(([digest, takers]) => {
    const givers = (holders.get(digest) ?? []).filter(({ host }) => !takers.has(host.key));
    return [digest, givers] as const;
  });
  const counts = new Map<string, number>();
  for (const [, givers] of able)
    for (const { host } of givers) counts.set(host.key, (counts.get(host.key) ?? 0) + 1);
  const rank = ({ host }: Holder): number =>
    (host.duty === 'control' ? -1_000_000_000 : 0) + (counts.get(host.key) ?? 0);
  return new Map(
    able.flatMap(([digest, givers]) => {
      const [first] = [...givers].sort((a, b) => rank(b) - rank(a));
      return first ? [[digest, first] as const] : [];
    }),
  );
};

/** The feed of transfers where it brings at least so many bytes, else none. */
export const worthyFeed = async (
  transfers: readonly Transfer[],
  holders: ReadonlyMap<string, readonly Holder[]>,
  source: Source,
  least: number,
): Promise<Feed> => {
  const feed = feedOf(transfers, holders);
  const fed = transfers.flatMap(({ blobs }) => blobs.filter(({ digest }) => feed.has(digest)));
  if (fed.length === 0) return NO_FEED;
  const files = await Promise.all(fed.map((blob) => source.fetch(blob)));
  return files.reduce((sum, { size }) => sum + size, 0) < least ? NO_FEED : feed;
};
