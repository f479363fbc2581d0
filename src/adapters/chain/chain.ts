import { blobPath } from '../../engine/change.ts';
import type { Ended, Transfer } from '../../engine/world.ts';
import type { Distribution } from '../../ports/distribution.ts';
import type { Shells } from '../../ports/shells.ts';
import type { Source } from '../../ports/source.ts';
import type { Host } from '../../spec/cluster.ts';
import { adopt } from './adopt.ts';
import { batchesOf, type Content, tasksOf } from './batches.ts';
import { type Feed, NO_FEED, WORTH_FEEDING, worthyFeed } from './feed.ts';
import { contentsOf, headFolder, servedFirst, toHead } from './head.ts';
import type { Helpers } from './helper.ts';
import { lineUp } from './order.ts';
import { type Relays, startAll, stopAll } from './relays.ts';
import { playRound } from './round.ts';
import { tallyOf } from './tally.ts';

/**
 * Below this many hosts beside the control node and the first one, starting relays costs more than passing on saves: a
 * star to four boards of a small release takes as long (docs/performance.md, init).
 */
const WORTH_IT = 4;
/** Bytes up to which the first host, for which all others wait, gets its own copy before them. */
const FIRST_ALONE = 256 << 20;
const ROUNDS = 2;
const CLEAN_WITHIN_MS = 60_000;

/** What a chain is made of. The star brings content to the control node, and to whom the chain does not reach. */
export interface ChainParts {
  readonly shells: Shells;
  readonly source: Source;
  readonly star: Distribution;
  readonly helpers: Helpers;
  /** The most that a head sends along the chain, in bytes a second; then even one host gets its content so. */
  readonly rate?: number | undefined;
  /** Bytes from which on hosts feed each other. */
  readonly worthFeeding?: number;
  /** Told of every link between hosts, by their keys, and of its cipher. */
  readonly linked?: ((from: string, to: string, cipher: string) => void) | undefined;
}

/** One round over those who still lack something; gives those who lack something afterwards. */
const round = async (
  of: {
    readonly waiting: readonly Transfer[];
    readonly control: Host;
    readonly feed: Feed;
    readonly contents: ReadonlyMap<string, Content>;
    readonly relays: Relays;
  },
  ended: Ended,
  { rate = 0, linked }: ChainParts,
): Promise<readonly Transfer[]> => {
  const { waiting, control, feed, contents, relays } = of;
  // A head that may not send as fast as it could says nothing about links.
  const lined = await lineUp(waiting, contents, relays, rate > 0 || feed.size > 0 ? undefined : control.key);
  const batches = batchesOf(lined, feed);
  const peers = new Map([...relays].map(([key, { peer }]) => [key, peer]));
  const head = { key: control.key, folder: headFolder };
  const tally = tallyOf(waiting, batches, contents, ended);
  await playRound({ relays, tasks: tasksOf(batches, head, peers, contents, feed), rate, linked, ...tally });
  return tally.left();
};

const remove = async (host: Host, paths: readonly string[], { shells }: ChainParts): Promise<void> => {
  const shell = await shells.open(host);
  const argv = ['xargs', '-0', 'rm', '-rf', '--'];
  await shell.run({ argv, stdin: paths.join('\0'), root: true, withinMs: CLEAN_WITHIN_MS });
};

const filtered = (transfers: readonly Transfer[], wanted: (digest: string) => boolean) =>
  transfers.map((transfer) => ({
    ...transfer,
    blobs: transfer.blobs.filter(({ digest }) => wanted(digest)),
  }));

/** What nobody else gives: the control node has to have it. */
const withoutFed = (transfers: readonly Transfer[], feed: Feed): readonly Transfer[] =>
  filtered(transfers, (digest) => !feed.has(digest));

const onlyFed = (transfers: readonly Transfer[], feed: Feed): readonly Transfer[] =>
  filtered(transfers, (digest) => feed.has(digest));

/** Whose relays a round takes: everybody's who waits or gives, and the control node's where it has to give something. */
const playersOf = (waiting: readonly Transfer[], feed: Feed, control: Host): readonly Host[] => {
  const isNeeded = withoutFed(waiting, feed).some(({ blobs }) => blobs.length > 0);
  const givers = [...feed.values()].map(({ host }) => host);
  return [...(isNeeded ? [control] : []), ...givers, ...waiting.map(({ host }) => host)];
};

/**
 * Sends content along a chain of hosts, each of which passes it on as it comes, so that all get it at the speed of one link.
 * It comes from hosts that have it in place, and what nobody has is sent to the control node once, which passes it on. Who
 * is not reached, or got other bytes, is served again by the control node, then by the star, which also says what is wrong
 * with a host.
 */
export const chainDistribution = (parts: ChainParts): Distribution => ({
  async distribute(wanted, from, tell) {
    const { control } = from;
    const { left: transfers, ended } = await adopt(wanted, from, parts.shells, tell);
    // Whatever is wrong with the source, the star finds out for each host.
    const { rate = 0, worthFeeding = WORTH_FEEDING, source } = parts;
    const feed = await worthyFeed(transfers, from.holders, source, worthFeeding).catch(() => NO_FEED);
    const isFed = ({ blobs }: Transfer): boolean => blobs.every(({ digest }) => feed.has(digest));
    const isControls = ({ host }: Transfer): boolean => host.key === control.key;
    const own = transfers.filter((transfer) => isControls(transfer) && !isFed(transfer));
    const toOthers = transfers.filter((transfer) => !own.includes(transfer));
    const ahead =
      rate > 0 || feed.size > 0
        ? []
        : await servedFirst(toOthers, parts.source, FIRST_ALONE).catch((): readonly Transfer[] => []);
    const chained = toOthers.filter((transfer) => !ahead.includes(transfer));
    const least = rate > 0 || feed.size > 0 ? 1 : WORTH_IT;
    if (new Set(chained.map(({ host }) => host.key)).size < least || !parts.helpers('amd64'))
      return parts.star.distribute(transfers, from, ended);
    const [isThere, contents, first] = await Promise.all([
      toHead({ ahead, own, chained: withoutFed(chained, feed) }, control, parts, ended),
      contentsOf(chained, parts.source).catch(() => undefined),
      startAll(playersOf(chained, feed, control), parts),
    ]);
    let left: readonly Transfer[] = chained;
    let turn = { feed, relays: first, isThere };
    for (let turns = 1; ; turns++) {
      // Without others to give, the control node has no chain to itself.
      const waiting = left.filter((transfer) => turn.feed.size > 0 || !isControls(transfer));
      const still =
        contents && turn.isThere
          ? await round({ ...turn, waiting, control, contents }, ended, parts)
          : waiting;
      await stopAll(turn.relays);
      left = left.filter((transfer) => still.includes(transfer) || !waiting.includes(transfer));
      if (turns === ROUNDS || still.length === 0 || !contents || !turn.isThere) break;
      const lacked = onlyFed(still, turn.feed);
      const [isNowThere, relays] = await Promise.all([
        toHead({ ahead: [], own: [], chained: lacked }, control, parts, ended),
        startAll(playersOf(still, NO_FEED, control), parts),
      ]);
      turn = { feed: NO_FEED, relays, isThere: isNowThere };
    }
    await Promise.allSettled([
      remove(control, [...new Set(chained.map(({ into }) => headFolder(into)))], parts),
      // The star does not go on with these.
      ...left.map(({ host, into, blobs }) =>
        remove(
          host,
          blobs.map(({ digest }) => `${blobPath(into, digest)}.part`),
          parts,
        ),
      ),
    ]);
    if (left.length > 0) await parts.star.distribute(left, from, ended);
  },
});
