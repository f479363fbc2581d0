import { blobPath } from '../../engine/change.ts';
import type { Transfer } from '../../engine/world.ts';
import type { Host } from '../../spec/cluster.ts';
import { type Feed, NO_FEED } from './feed.ts';
import type { Peer, RelayTask } from './relay.ts';

/**
 * Blobs that the same hosts get in the same folder: one chain brings them. Hosts stand in the order of the chain. `giver` is
 * the host that has the blobs in place and gives them, by its key; without it the control node does.
 */
export interface Batch {
  readonly id: number;
  readonly into: string;
  readonly digests: readonly string[];
  readonly hosts: readonly Host[];
  readonly giver?: string;
}

/** What a blob is made of. Sizes are bytes. */
export interface Content {
  readonly size: number;
  readonly chunks: readonly string[];
}

/** Sorts transfers into as few batches as there are different audiences and givers, so that no host gets what it does not need. */
export const batchesOf = (transfers: readonly Transfer[], feed: Feed = NO_FEED): readonly Batch[] => {
  const audiences = new Map<string, { into: string; digest: string; hosts: Host[] }>();
  for (const { host, into, blobs } of transfers)
    for (const { digest } of blobs) {
      const audience = audiences.get(blobPath(into, digest)) ?? { into, digest, hosts: [] };
      if (!audience.hosts.includes(host)) audience.hosts.push(host);
      audiences.set(blobPath(into, digest), audience);
    }
  const batches = new Map<string, Omit<Batch, 'id'> & { digests: string[] }>();
  for (const { into, digest, hosts } of audiences.values()) {
    const giver = feed.get(digest)?.host.key;
    const key = [giver ?? '', into, ...hosts.map(({ key }) => key)].join('\n');
    const batch = batches.get(key) ?? { into, digests: [], hosts, ...(giver === undefined ? {} : { giver }) };
    batch.digests.push(digest);
    batches.set(key, batch);
  }
  return [...batches.values()].map((batch, id) => ({ ...batch, id }));
};

/**
 * The tasks of each host by its key: the head first, which has everything in folders of its own, or in place, then a batch's
 * hosts, each with all those behind it. A host without a relay is left out, and so is a batch whose head has none.
 */
export const tasksOf = (
  batches: readonly Batch[],
  head: { readonly key: string; readonly folder: (into: string) => string },
  peers: ReadonlyMap<string, Peer>,
  contents: ReadonlyMap<string, Content>,
  feed: Feed = NO_FEED,
): ReadonlyMap<string, readonly RelayTask[]> => {
  const tasks = new Map<string, RelayTask[]>();
  for (const { id, into, digests, hosts, giver = head.key } of batches) {
    if (!peers.has(giver)) continue;
    const keys = [giver, ...hosts.map(({ key }) => key)];
    const chain = keys.flatMap((key) => {
      const peer = peers.get(key);
      return peer ? [{ key, peer }] : [];
    });
    const blobsAt = (pathOf: (digest: string) => string) =>
      digests.map((digest) => ({
        path: pathOf(digest),
        ...(contents.get(digest) ?? { size: 0, chunks: [] }),
      }));
    const given = (digest: string) => feed.get(digest)?.path ?? blobPath(head.folder(into), digest);
    chain.forEach(({ key }, place) => {
      const task = {
        id,
        blobs: blobsAt(place === 0 ? given : (digest) => blobPath(into, digest)),
        next: chain.slice(place + 1).map(({ peer }) => peer),
        from: chain.slice(0, place).map(({ peer }) => peer.fingerprint),
      };
      tasks.set(key, [...(tasks.get(key) ?? []), task]);
    });
  }
  return tasks;
};
