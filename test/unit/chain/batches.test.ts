import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchesOf, tasksOf } from '../../../src/adapters/chain/batches.ts';
import { tallyOf } from '../../../src/adapters/chain/tally.ts';
import { blobPath } from '../../../src/engine/change.ts';
import type { Transfer } from '../../../src/engine/world.ts';
import { three } from '../../support/fake-phases.ts';

const [control, ...others] = three;
if (!control) throw new Error('no hosts');
const content = { size: 10, chunks: ['aa'] };
const folder = (into: string) => `${into}/chain`;

/** Any wishes: which of four blobs each host gets, in two folders. */
const wishes = fc.array(
  fc.record({
    host: fc.constantFrom(...others),
    into: fc.constantFrom('/a', '/b'),
    digests: fc.uniqueArray(fc.constantFrom('1', '2', '3', '4'), { minLength: 1 }),
  }),
  { maxLength: 4 },
);

const transfersOf = (wanted: readonly { host: (typeof three)[number]; into: string; digests: string[] }[]) =>
  [...new Map(wanted.map((wish) => [`${wish.host.key} ${wish.into}`, wish])).values()].map(
    ({ host, into, digests }): Transfer => ({
      host,
      into,
      blobs: digests.map((digest) => ({ digest, name: digest })),
      progress: () => {},
    }),
  );

const contents = new Map(['1', '2', '3', '4'].map((digest) => [digest, content]));

describe('the tasks of a chain', () => {
  it('give each host what it is to have, no more and no less, and the head all of it', () => {
    fc.assert(
      fc.property(wishes, (wanted) => {
        const transfers = transfersOf(wanted);
        const peers = new Map(three.map(({ key }) => [key, { address: key, fingerprint: key }]));
        const tasks = tasksOf(batchesOf(transfers), { key: control.key, folder }, peers, contents);
        const pathsOf = (key: string) =>
          (tasks.get(key) ?? []).flatMap(({ blobs }) => blobs.map(({ path }) => path)).sort();
        for (const { key } of others) {
          const own = transfers.filter(({ host }) => host.key === key);
          const wish = own.flatMap(({ into, blobs }) => blobs.map(({ digest }) => blobPath(into, digest)));
          expect(pathsOf(key)).toEqual(wish.sort());
        }
        const all = transfers.flatMap(({ into, blobs }) =>
          blobs.map(({ digest }) => blobPath(folder(into), digest)),
        );
        expect([...new Set(pathsOf(control.key))]).toEqual([...new Set(all)].sort());
      }),
    );
  });

  it('let a host take bytes only of those before it, and give them to those behind it', () => {
    fc.assert(
      fc.property(wishes, (wanted) => {
        const peers = new Map(three.map(({ key }) => [key, { address: key, fingerprint: key }]));
        const batches = batchesOf(transfersOf(wanted));
        const tasks = tasksOf(batches, { key: control.key, folder }, peers, contents);
        for (const [key, own] of tasks)
          for (const { id, next, from } of own)
            for (const behind of next) {
              const theirs = tasks.get(behind.address)?.find((task) => task.id === id);
              expect(theirs?.from).toContain(key);
              expect(from).not.toContain(behind.fingerprint);
            }
      }),
    );
  });

  it('leave out a host without a relay', () => {
    const transfers = transfersOf(others.map((host) => ({ host, into: '/a', digests: ['1'] })));
    const [first, second] = others;
    const peers = new Map(
      [control, second].flatMap((host) =>
        host ? [[host.key, { address: host.key, fingerprint: host.key }] as const] : [],
      ),
    );
    const tasks = tasksOf(batchesOf(transfers), { key: control.key, folder }, peers, contents);
    expect(tasks.get(first?.key ?? '')).toBeUndefined();
    expect(tasks.get(control.key)?.[0]?.next.map(({ address }) => address)).toEqual([second?.key]);
  });
});

describe('the tally of a chain', () => {
  it('ends a transfer when the last of its batches has come, and tells how far it is', () => {
    const [first, second] = others;
    if (!first || !second) throw new Error('too few hosts');
    const told: string[] = [];
    const transfers = transfersOf([
      { host: first, into: '/a', digests: ['1', '2'] },
      { host: second, into: '/a', digests: ['1'] },
    ]).map((transfer) => ({
      ...transfer,
      progress: (done: number, total: number) => void told.push(`${transfer.host.key} ${done}/${total}`),
    }));
    const batches = batchesOf(transfers);
    expect(batches).toHaveLength(2);
    const tally = tallyOf(transfers, batches, contents, ({ host }) => void told.push(`${host.key} ended`));
    tally.progress(first.key, batches[0]?.id ?? -1, 4);
    tally.done(first.key, batches[0]?.id ?? -1);
    expect(told).toEqual([`${first.key} 4/20`, `${first.key} 4/20`]);
    tally.progress(first.key, batches[1]?.id ?? -1, 10);
    tally.done(first.key, batches[1]?.id ?? -1);
    expect(told.at(-1)).toBe(`${first.key} ended`);
    expect(tally.left().map(({ host }) => host.key)).toEqual([second.key]);
  });
});
