import type { Transfer } from '../../engine/world.ts';
import type { Content } from './batches.ts';
import { measure } from './measure.ts';
import type { Relay } from './relay.ts';
import { bySpeed } from './speed.ts';

/** Bytes from which on a badly placed slow link costs more than measuring: half a second at 10 Mbit/s. */
const WORTH_MEASURING = 32 << 20;

/** Puts the transfers to hosts with slow links behind the others, where that is worth finding out. */
export const lineUp = async (
  waiting: readonly Transfer[],
  contents: ReadonlyMap<string, Content>,
  relays: ReadonlyMap<string, Relay>,
  /** A relay that takes part in measuring beside those of the hosts. */
  head: string | undefined,
): Promise<readonly Transfer[]> => {
  const digests = new Set(waiting.flatMap(({ blobs }) => blobs.map(({ digest }) => digest)));
  const bytes = [...digests].reduce((sum, digest) => sum + (contents.get(digest)?.size ?? 0), 0);
  const keys = [...new Set(waiting.map(({ host }) => host.key))].filter((key) => relays.has(key));
  if (keys.length < 2 || bytes < WORTH_MEASURING) return waiting;
  const ring = head === undefined ? keys : [head, ...keys];
  const speeds = await measure(
    new Map(
      ring.flatMap((key) => {
        const relay = relays.get(key);
        return relay ? [[key, relay] as const] : [];
      }),
    ),
  );
  const places = new Map(bySpeed(keys, speeds).map((key, place) => [key, place]));
  const placeOf = ({ host }: Transfer): number => places.get(host.key) ?? keys.length;
  return [...waiting].sort((a, b) => placeOf(a) - placeOf(b));
};
