import { blobPath } from '../../engine/change.ts';
import type { Transfer } from '../../engine/world.ts';
import type { Distribution } from '../../ports/distribution.ts';
import type { Shells } from '../../ports/shells.ts';
import type { Source } from '../../ports/source.ts';
import { asProblem } from '../../support/problem.ts';

const AT_ONCE = 8;
const FOLDER_WITHIN_MS = 60_000;

/** Runs work over a list with at most `limit` at the same time. */
const eachOf = async <T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> => {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, queue.length) }, worker));
};

const deliver = async (transfer: Transfer, shells: Shells, source: Source): Promise<void> => {
  const { host, into, blobs, progress } = transfer;
  const files = await Promise.all(blobs.map(async (blob) => ({ blob, file: await source.fetch(blob) })));
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  const shell = await shells.open(host);
  const folder = { argv: ['install', '-d', '-m', '0700', into], root: true, withinMs: FOLDER_WITHIN_MS };
  await shell.run(folder);
  let before = 0;
  for (const { blob, file } of files) {
    const from = { local: file, sha256: blob.digest.replace('sha256:', '') };
    const sofar = before;
    await shell.put({
      to: blobPath(into, blob.digest),
      mode: '0600',
      from,
      root: true,
      progress: (sent) => progress(sofar + sent, total),
    });
    before += file.size;
  }
};

/** Sends every host its content over that host's own SSH connection: to the first host alone, then to a few at a time. */
export const starDistribution = (shells: Shells, source: Source): Distribution => ({
  async distribute(transfers, _from, ended) {
    const send = (transfer: Transfer) =>
      deliver(transfer, shells, source).then(
        () => ended(transfer),
        (error: unknown) => ended(transfer, asProblem(error)),
      );
    const isFirst = ({ host }: Transfer) => host.key === transfers[0]?.host.key;
    await eachOf(transfers.filter(isFirst), AT_ONCE, send);
    const others = transfers.filter((transfer) => !isFirst(transfer));
    await eachOf(others, AT_ONCE, send);
  },
});
