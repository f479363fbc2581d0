import { blobPath } from '../../engine/change.ts';
import type { Transfer } from '../../engine/world.ts';
import type { Host } from '../../spec/cluster.ts';
import type { Peer, RelayTask } from './relay.ts';

/** Blobs that the same hosts get in the same folder: one chain brings them. Hosts stand in the order of the chain. */
export interface Batch {
  readonly id: number;
  readonly into: string;
  readonly digests: readonly string[];
  readonly hosts: readonly Host[];
}

/** What a blob is made of. Sizes are bytes. */
export interface Content {
  readonly size: number;
  readonly chunks: readonly string[];
}

/** Sorts transfers into as few batches as there are different audiences, so that no host gets what it does not need. */
export const batchesOf = (transfers: readonly Transfer[]): readonly Batch[] => {
  const audiences = new Map<string, { into: string; digest: string; hosts: Host[] }>();
  for (const { host, into, blobs } of transfers)
    for (const { digest } of blobs) {
      const audience = audiences.get(blobPath(into, digest)) ?? { into, digest, hosts: [] };
      if (!audience.hosts.includes(host)) audience.hosts.push(host);
      audiences.set(blobPath(into, digest), audience);
    }
  const batches = new Map<string, Omit<Batch, 'id'> & { digests: string[] }>();
  for (const { into, digest, hosts } of audiences.values()) {
    const key = [into, ...hosts.map(({ key }) => key)].join('\n');
    const batch = batches.get(key) ?? { into, digests: [], hosts };
    batch.digests.push(digest);
    batches.set(key, batch);
  }
  return [...batches.values()].map((batch, id) => ({ ...batch, id }));
};

/**
 * The tasks of each host by its key: the head first, which has everything in folders of its own, then a batch's hosts,
 * each with all those behind it. A host without a relay is left out.
 */
export const tasksOf = (
  batches: readonly Batch[],
  head: { readonly key: string; readonly folder: (into: string) => string },
  peers: ReadonlyMap<string, Peer>,
  contents: ReadonlyMap<string, Content>,
): ReadonlyMap<string, readonly RelayTask[]> => {
  const tasks = new Map<string, RelayTask[]>();
  for (const { id, into, digests, hosts } of batches) {
    const keys = [head.key, ...hosts.map(({ key }) => key)];
    const chain = keys.flatMap((key) => {
      const peer = peers.get(key);
      return peer ? [{ key, peer }] : [];
    });
    const blobsIn = (folder: string) =>
      digests.map((digest) => ({
        path: blobPath(folder, digest),
        ...(contents.get(digest) ?? { size: 0, chunks: [] }),
      }));
    chain.forEach(({ key }, place) => {
      const task = {
        id,
        blobs: blobsIn(key === head.key ? head.folder(into) : into),
        next: chain.slice(place + 1).map(({ peer }) => peer),
        from: chain.slice(0, place).map(({ peer }) => peer.fingerprint),
      };
      tasks.set(key, [...(tasks.get(key) ?? []), task]);
    });
  }
  return tasks;
};
