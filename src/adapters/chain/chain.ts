import { setTimeout as pause } from 'node:timers/promises';
import { blobPath } from '../../engine/change.ts';
import type { Ended, Transfer } from '../../engine/world.ts';
import type { Distribution } from '../../ports/distribution.ts';
import type { Shells } from '../../ports/shells.ts';
import type { Source } from '../../ports/source.ts';
import type { Host } from '../../spec/cluster.ts';
import { batchesOf, type Content, tasksOf } from './batches.ts';
import { contentsOf, headFolder, servedFirst, toHead } from './head.ts';
import type { Helpers } from './helper.ts';
import { lineUp } from './order.ts';
import { type Relay, startRelay } from './relay.ts';
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
const START_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 5_000;
const CLEAN_WITHIN_MS = 60_000;

/** What a chain is made of. The star brings content to the control node, and to whom the chain does not reach. */
export interface ChainParts {
  readonly shells: Shells;
  readonly source: Source;
  readonly star: Distribution;
  readonly helpers: Helpers;
  /** The most that the control node sends along the chain, in bytes a second; then even one host gets its content so. */
  readonly rate?: number | undefined;
}

/** Does not keep the process alive. */
const wait = (ms: number): Promise<void> => pause(ms, undefined, { ref: false });

type Relays = ReadonlyMap<string, Relay>;

/** Relays on the control node and on everybody who waits; a host where none starts in time is left out. */
const startAll = async (
  waiting: readonly Transfer[],
  control: Host,
  { shells, helpers }: ChainParts,
): Promise<Relays> => {
  const hosts = new Map([control, ...waiting.map(({ host }) => host)].map((host) => [host.key, host]));
  const relays = new Map<string, Relay>();
  let isLate = false;
  const start = async (host: Host) => {
    const relay = await startRelay(await shells.open(host), host, helpers).catch(() => undefined);
    if (isLate) relay?.talk.end();
    else if (relay) relays.set(host.key, relay);
  };
  await Promise.race([Promise.all([...hosts.values()].map(start)), wait(START_WITHIN_MS)]);
  isLate = true;
  return relays;
};

/** Ends relays; one on a host that was lost ends by itself, whenever that host finds out. */
const stopAll = async (relays: Relays): Promise<void> => {
  for (const { talk } of relays.values()) talk.end();
  const ends = Promise.allSettled([...relays.values()].map(({ talk }) => talk.ended));
  await Promise.race([ends, wait(STOP_WITHIN_MS)]);
};

/** One round over those who still lack something; gives those who lack something afterwards. */
const round = async (
  waiting: readonly Transfer[],
  control: Host,
  contents: ReadonlyMap<string, Content>,
  relays: Relays,
  ended: Ended,
  rate: number,
): Promise<readonly Transfer[]> => {
  if (!relays.has(control.key)) return waiting;
  // A head that may not send as fast as it could says nothing about links.
  const lined = await lineUp(waiting, contents, relays, rate > 0 ? undefined : control.key);
  const batches = batchesOf(lined);
  const peers = new Map([...relays].map(([key, { peer }]) => [key, peer]));
  const head = { key: control.key, folder: headFolder };
  const tally = tallyOf(waiting, batches, contents, ended);
  await playRound({ relays, tasks: tasksOf(batches, head, peers, contents), rate, ...tally });
  return tally.left();
};

const remove = async (host: Host, paths: readonly string[], { shells }: ChainParts): Promise<void> => {
  const shell = await shells.open(host);
  await shell.run({ argv: ['rm', '-rf', '--', ...paths], root: true, withinMs: CLEAN_WITHIN_MS });
};

/**
 * Sends content once to the control node and from there along a chain of hosts, each of which passes it on as it comes, so
 * that all get it at the speed of one link. Who is not reached is served again at the end, then by the star, which also
 * says what is wrong with a host.
 */
export const chainDistribution = (parts: ChainParts): Distribution => ({
  async distribute(transfers, control, ended) {
    const own = transfers.filter(({ host }) => host.key === control.key);
    const toOthers = transfers.filter((transfer) => !own.includes(transfer));
    const { rate = 0 } = parts;
    // Whatever is wrong with the source, the star finds out for each host.
    const ahead =
      rate > 0
        ? []
        : await servedFirst(toOthers, parts.source, FIRST_ALONE).catch((): readonly Transfer[] => []);
    const chained = toOthers.filter((transfer) => !ahead.includes(transfer));
    const least = rate > 0 ? 1 : WORTH_IT;
    if (new Set(chained.map(({ host }) => host.key)).size < least || !parts.helpers('amd64'))
      return parts.star.distribute(transfers, control, ended);
    const [isThere, contents, first] = await Promise.all([
      toHead({ ahead, own, chained }, control, parts, ended),
      contentsOf(chained, parts.source).catch(() => undefined),
      startAll(chained, control, parts),
    ]);
    let left: readonly Transfer[] = chained;
    let relays = first;
    for (let turn = 1; ; turn++) {
      if (contents && isThere) left = await round(left, control, contents, relays, ended, rate);
      await stopAll(relays);
      if (turn === ROUNDS || left.length === 0 || !contents || !isThere) break;
      relays = await startAll(left, control, parts);
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
    if (left.length > 0) await parts.star.distribute(left, control, ended);
  },
});
