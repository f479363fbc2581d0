import type { Ended, Transfer } from '../../engine/world.ts';
import type { Batch, Content } from './batches.ts';

/** Counts what has come of each transfer, which may be brought by several batches. */
export interface Tally {
  /** A host has so many bytes of a batch. */
  readonly progress: (host: string, batch: number, bytes: number) => void;
  /** A host has all of a batch. */
  readonly done: (host: string, batch: number) => void;
  /** The transfers of which something is missing. */
  readonly left: () => readonly Transfer[];
}

/** Tells each transfer's progress, and its end when all of its batches have come. */
export const tallyOf = (
  transfers: readonly Transfer[],
  batches: readonly Batch[],
  contents: ReadonlyMap<string, Content>,
  ended: Ended,
): Tally => {
  const left = new Set(transfers);
  const bytes = new Map<string, number>();
  const done = new Set<string>();
  const look = (host: string): void => {
    for (const transfer of left) {
      if (transfer.host.key !== host) continue;
      const own = batches
        .filter(({ into, hosts }) => into === transfer.into && hosts.includes(transfer.host))
        .map(({ id }) => `${host} ${id}`);
      const total = transfer.blobs.reduce((sum, { digest }) => sum + (contents.get(digest)?.size ?? 0), 0);
      const come = own.reduce((sum, key) => sum + (bytes.get(key) ?? 0), 0);
      transfer.progress(come, total);
      if (!own.every((key) => done.has(key))) continue;
      left.delete(transfer);
      ended(transfer);
    }
  };
  return {
    progress(host, batch, count) {
      bytes.set(`${host} ${batch}`, count);
      look(host);
    },
    done(host, batch) {
      done.add(`${host} ${batch}`);
      look(host);
    },
    left: () => [...left],
  };
};
