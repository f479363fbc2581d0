import { shortageOf } from '../domain/chain/room.ts';
import { askFacts } from '../engine/ask.ts';
import type { Ended, Transfer, World } from '../engine/world.ts';
import { diskSpace } from '../facts/disk-space.ts';
import type { Source } from '../ports/source.ts';
import type { Host } from '../spec/cluster.ts';
import { Problem } from '../support/problem.ts';

/** What is known of sizes in bytes, by digest. Content that the source cannot give has none: whoever sends it says why. */
const sizesOf = async (
  transfers: readonly Transfer[],
  source: Pick<Source, 'fetch'>,
): Promise<ReadonlyMap<string, number>> => {
  const blobs = new Map(transfers.flatMap(({ blobs }) => blobs.map((blob) => [blob.digest, blob] as const)));
  const sizes = [...blobs.values()].map(async (blob) => {
    const file = await source.fetch(blob).catch(() => undefined);
    return [blob.digest, file?.size ?? 0] as const;
  });
  return new Map(await Promise.all(sizes));
};

/** Why content does not fit on a host, if so. The host is asked while the sizes are found out. */
const judge = async (
  host: Host,
  own: readonly Transfer[],
  sizing: Promise<ReadonlyMap<string, number>>,
  world: Pick<World, 'ask'>,
): Promise<Problem | undefined> => {
  const folders = own.flatMap(({ into, besides }) => [into, ...(besides ? [besides.path] : [])]);
  const asked = { space: diskSpace(...new Set(folders)) };
  const { space } = await askFacts(world, host, '', asked).catch(() => ({ space: 'absent' as const }));
  const sizes = await sizing;
  if (space === 'absent') return undefined;
  const coming = own.map(({ into, blobs, besides }) => ({
    into,
    besides,
    blobs: blobs.map(({ digest }) => ({ digest, size: sizes.get(digest) ?? 0 })),
  }));
  const short = shortageOf(coming, space);
  return (
    short &&
    new Problem(
      'NO_SPACE',
      `${short.path}: ${short.needed} bytes needed, ${short.free} bytes free on the file system at ${short.mount}`,
      { host: host.key, hint: 'Free space on that file system and run the command again.' },
    )
  );
};

/** Ends what does not fit on its host, before a byte of it is sent; gives the rest. */
export const fitting = async (
  transfers: readonly Transfer[],
  source: Pick<Source, 'fetch'>,
  world: Pick<World, 'ask'>,
  ended: Ended,
): Promise<readonly Transfer[]> => {
  const sizing = sizesOf(transfers, source);
  const hosts = new Map(transfers.map(({ host }) => [host.key, host]));
  const problems = new Map(
    await Promise.all(
      [...hosts.values()].map(async (host) => {
        const own = transfers.filter((transfer) => transfer.host.key === host.key);
        return [host.key, await judge(host, own, sizing, world)] as const;
      }),
    ),
  );
  return transfers.filter((transfer) => {
    const problem = problems.get(transfer.host.key);
    if (problem) ended(transfer, problem);
    return !problem;
  });
};
