import { askFacts } from '../engine/ask.ts';
import type { Transfer, World } from '../engine/world.ts';
import { holdings } from '../facts/holdings.ts';
import type { Holder } from '../ports/distribution.ts';
import type { Host } from '../spec/cluster.ts';
import { PLACED, STAMP } from '../support/placed-list.ts';

/** Asks hosts which of the content they have in place, by its digest. Who does not answer gives nothing to others. */
export const holdersOf = async (
  transfers: readonly Transfer[],
  hosts: readonly Host[],
  world: Pick<World, 'ask'>,
): Promise<ReadonlyMap<string, readonly Holder[]>> => {
  // Boards of two architectures have different content under one path.
  const wanted = new Map(
    transfers.flatMap(({ blobs }) =>
      blobs.flatMap(({ digest, at }) => (at ? [[`${digest} ${at}`, { digest, at }] as const] : [])),
    ),
  );
  const holders = new Map<string, Holder[]>();
  if (wanted.size === 0) return holders;
  const paths = [...new Set([...wanted.values()].map(({ at }) => at))];
  const there = holdings({ paths, list: PLACED, stamp: STAMP });
  const nodes = hosts.filter(({ duty }) => duty !== 'operator');
  const answers = nodes.map(async (host) => {
    const found = await askFacts(world, host, '', { there }).catch(() => ({ there: 'absent' as const }));
    return { host, has: found.there === 'absent' ? {} : found.there };
  });
  for (const { host, has } of await Promise.all(answers))
    for (const [path, sha256] of Object.entries(has)) {
      const one = wanted.get(`sha256:${sha256} ${path}`);
      if (one) holders.set(one.digest, [...(holders.get(one.digest) ?? []), { host, path }]);
    }
  return holders;
};
