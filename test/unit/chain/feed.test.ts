import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchesOf, tasksOf } from '../../../src/adapters/chain/batches.ts';
import { feedOf, WORTH_FEEDING, worthyFeed } from '../../../src/adapters/chain/feed.ts';
import { blobPath } from '../../../src/engine/change.ts';
import type { Transfer } from '../../../src/engine/world.ts';
import type { Holder } from '../../../src/ports/distribution.ts';
import type { Host } from '../../../src/spec/cluster.ts';
import { three } from '../../support/fake-phases.ts';

const [control, ...boards] = three;
if (!control) throw new Error('no hosts');
const digests = ['1', '2', '3', '4'];
const contents = new Map(digests.map((digest) => [digest, { size: 10, chunks: ['aa'] }]));
const head = { key: control.key, folder: (into: string) => `${into}/chain` };
const peers = new Map(three.map(({ key }) => [key, { address: key, fingerprint: key }]));

const transfer = (host: Host, wanted: readonly string[]): Transfer => ({
  host,
  into: '/in',
  blobs: wanted.map((digest) => ({ digest, name: digest })),
  progress: () => {},
});

/** Which blobs each host wants, and who has which in place. */
const sites = fc
  .record({
    wants: fc.array(fc.subarray(digests), { minLength: 3, maxLength: 3 }),
    has: fc.array(fc.subarray(digests), { minLength: 3, maxLength: 3 }),
  })
  .map(({ wants, has }) => {
    const holders = new Map<string, readonly Holder[]>(
      digests.map((digest) => [
        digest,
        three.flatMap((host, n) => (has[n]?.includes(digest) ? [{ host, path: `/at/${digest}` }] : [])),
      ]),
    );
    // The control node has no chain to itself.
    const transfers = boards.map((host, n) => transfer(host, wants[n + 1] ?? []));
    return { transfers, holders };
  });

describe('the feed of a chain', () => {
  it('takes from somebody who has it and does not wait for it, where there is one', () => {
    fc.assert(
      fc.property(sites, ({ transfers, holders }) => {
        const feed = feedOf(transfers, holders);
        const wanted = new Set(transfers.flatMap(({ blobs }) => blobs.map(({ digest }) => digest)));
        for (const digest of wanted) {
          const takers = transfers.filter(({ blobs }) => blobs.some((blob) => blob.digest === digest));
          const able = (holders.get(digest) ?? []).filter(
            ({ host }) => !takers.some((taker) => taker.host.key === host.key),
          );
          const giver = feed.get(digest);
          expect(giver !== undefined).toBe(able.length > 0);
          if (giver) expect(able).toContain(giver);
          if (able.some(({ host }) => host.duty === 'board')) expect(giver?.host.duty).toBe('board');
        }
      }),
    );
  });

  it('brings everybody what it is to have, once, from a head that has it', () => {
    fc.assert(
      fc.property(sites, ({ transfers, holders }) => {
        const feed = feedOf(transfers, holders);
        const tasks = tasksOf(batchesOf(transfers, feed), head, peers, contents, feed);
        for (const { host, blobs } of transfers) {
          const takes = (tasks.get(host.key) ?? []).filter(({ from }) => from.length > 0);
          const paths = takes.flatMap((task) => task.blobs.map(({ path }) => path));
          expect(paths.sort()).toEqual(blobs.map(({ digest }) => blobPath('/in', digest)).sort());
        }
        for (const [key, own] of tasks)
          for (const task of own.filter(({ from }) => from.length === 0))
            for (const { path } of task.blobs) {
              const digest = path.split('/').at(-1) ?? '';
              const isHeld = (holders.get(digest) ?? []).some((one) => one.host.key === key);
              expect(path).toBe(isHeld && path.startsWith('/at/') ? `/at/${digest}` : `/in/chain/${digest}`);
              if (path.startsWith('/in/')) expect(key).toBe(control.key);
            }
      }),
    );
  });

  it('leaves out what a giver without a relay should have given', () => {
    const [giver, taker] = boards;
    if (!giver || !taker) throw new Error('too few hosts');
    const transfers = [transfer(taker, ['1', '2'])];
    const feed = feedOf(transfers, new Map([['1', [{ host: giver, path: '/at/1' }]]]));
    const without = new Map([...peers].filter(([key]) => key !== giver.key));
    const tasks = tasksOf(batchesOf(transfers, feed), head, without, contents, feed);
    expect(tasks.get(taker.key)?.flatMap(({ blobs }) => blobs.map(({ path }) => path))).toEqual(['/in/2']);
  });

  it('is used only where it saves more than starting relays costs', async () => {
    const [giver, taker] = boards;
    if (!giver || !taker) throw new Error('too few hosts');
    const holders = new Map([['1', [{ host: giver, path: '/at/1' }]]]);
    const feedFor = (size: number) =>
      worthyFeed(
        [transfer(taker, ['1'])],
        holders,
        {
          release: () => Promise.reject(new Error('not asked for')),
          fetch: async () => ({ path: '/blob', size }),
        },
        WORTH_FEEDING,
      );
    expect((await feedFor(1000)).size).toBe(0);
    expect((await feedFor(100 << 20)).size).toBe(1);
  });
});
