import { type Blob, blobPath } from '../../engine/change.ts';
import type { Ended, Transfer } from '../../engine/world.ts';
import type { Distribution } from '../../ports/distribution.ts';
import type { Shells } from '../../ports/shells.ts';
import type { Source } from '../../ports/source.ts';
import type { Host } from '../../spec/cluster.ts';
import type { Content } from './batches.ts';
import { chunkList } from './chunk-list.ts';

const LINK_WITHIN_MS = 60_000;

/** The folder on the control node from which content is passed on: beside where hosts get it, on the same file system. */
export const headFolder = (into: string): string => `${into}/chain`;

/**
 * Brings everything to the control node, behind what goes before it. What the control node needs itself gets a second name
 * there, so that it may be moved to its place while it is still passed on. False when something is not there.
 */
export const toHead = async (
  of: {
    /** What goes before, to whichever host. */
    readonly ahead: readonly Transfer[];
    /** The control node's own. */
    readonly own: readonly Transfer[];
    readonly chained: readonly Transfer[];
  },
  control: Host,
  { star, shells }: { readonly star: Distribution; readonly shells: Shells },
  ended: Ended,
): Promise<boolean> => {
  const pairs = (transfers: readonly Transfer[]) =>
    transfers.flatMap(({ into, blobs }) =>
      blobs.map((blob) => [blobPath(into, blob.digest), { into, blob }] as const),
    );
  const owned = new Map(pairs(of.own));
  const chained = [...new Map(pairs(of.chained))];
  const foreign = chained
    .filter(([path]) => !owned.has(path))
    .map(([, { into, blob }]) => ({
      host: control,
      into: headFolder(into),
      blobs: [blob],
      progress: () => {},
    }));
  let isThere = true;
  const arrived: Transfer[] = [];
  const all = [...of.ahead, ...of.own, ...foreign];
  await star.distribute(all, { control, holders: new Map() }, (transfer, problem) => {
    if (of.ahead.includes(transfer)) ended(transfer, problem);
    else if (problem) isThere = false;
    if (of.own.includes(transfer)) {
      if (problem) ended(transfer, problem);
      else arrived.push(transfer);
    }
  });
  if (chained.length === 0) {
    for (const transfer of arrived) ended(transfer);
    return isThere;
  }
  const shell = await shells.open(control);
  const asRoot = { root: true, withinMs: LINK_WITHIN_MS };
  for (const [path, { into, blob }] of chained) {
    if (!isThere || !owned.has(path)) continue;
    await shell.run({ argv: ['install', '-d', '-m', '0700', headFolder(into)], ...asRoot });
    const { code } = await shell.run({
      argv: ['ln', '-f', path, blobPath(headFolder(into), blob.digest)],
      ...asRoot,
    });
    if (code !== 0) isThere = false;
  }
  for (const transfer of arrived) ended(transfer);
  return isThere;
};

/**
 * The transfers of the first host, if they are small: the others wait for it anyway, and its start takes longer than what
 * it costs to send them by themselves. Sizes are bytes.
 */
export const servedFirst = async (
  transfers: readonly Transfer[],
  source: Source,
  most: number,
): Promise<readonly Transfer[]> => {
  const first = transfers.filter(({ host }) => host.key === transfers[0]?.host.key);
  const files = await Promise.all(first.flatMap(({ blobs }) => blobs.map((blob) => source.fetch(blob))));
  return files.reduce((sum, { size }) => sum + size, 0) <= most ? first : [];
};

/** What every blob of the transfers is made of, by its digest. */
export const contentsOf = async (
  transfers: readonly Transfer[],
  source: Source,
): Promise<ReadonlyMap<string, Content>> => {
  const blobs = new Map(transfers.flatMap(({ blobs }) => blobs.map((blob) => [blob.digest, blob] as const)));
  const contentOf = async (blob: Blob): Promise<Content> => {
    const file = await source.fetch(blob);
    return { size: file.size, chunks: await chunkList(file) };
  };
  const found = [...blobs].map(async ([digest, blob]) => [digest, await contentOf(blob)] as const);
  return new Map(await Promise.all(found));
};
