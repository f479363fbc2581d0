import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Candidate } from '../../../src/domain/election/candidate.ts';
import { objections } from '../../../src/domain/election/eligibility.ts';
import { merits, rank } from '../../../src/domain/election/ranking.ts';

const board: Candidate = {
  key: 'box-a',
  machineId: '9c0f6a52c3d14f0b8a7e6d5c4b3a2910',
  bits: 64,
  memory: 3794,
  disk: 20_000,
  gpu: false,
  uptime: 400_000,
  clockError: 0,
  maySyncSlowly: false,
};
const other = (differs: Partial<Candidate>): Candidate => ({
  ...board,
  key: 'box-b',
  machineId: 'ffffffffffffffffffffffffffffffff',
  ...differs,
});

const anyCandidate = fc
  .record({
    memory: fc.integer({ min: 2048, max: 8192 }),
    fsync: fc.option(fc.integer({ min: 0, max: 10 }), { nil: undefined }),
    linkSpeed: fc.option(fc.constantFrom(100, 1000), { nil: undefined }),
    gpu: fc.boolean(),
    uptime: fc.integer({ min: 0, max: 200_000 }),
  })
  .map(({ fsync, linkSpeed, ...rest }) => ({
    ...board,
    ...rest,
    ...(fsync === undefined ? {} : { fsync }),
    ...(linkSpeed === undefined ? {} : { linkSpeed }),
  }));
const anyCandidates = fc
  .array(anyCandidate, { minLength: 2, maxLength: 6 })
  .map((found) => found.map((one, i) => ({ ...one, key: `box-${i}`, machineId: `${i}`.repeat(32) })));

it('ranks in one order, whatever order the hosts answer in', () => {
  fc.assert(
    fc.property(anyCandidates, fc.integer(), (candidates, seed) => {
      const mixed = candidates.toSorted((a, b) => ((a.uptime * seed) % 7) - ((b.uptime * seed) % 7));
      expect(rank(mixed)).toEqual(rank(candidates));
    }),
  );
});

it('never lets a better fsync lose', () => {
  fc.assert(
    fc.property(anyCandidate, anyCandidate, (a, b) => {
      const quick = { ...a, fsync: 1 };
      expect(rank([{ ...b, machineId: '0', fsync: 3 }, quick])[0]).toBe(quick);
    }),
  );
});

it.each([
  ['a quicker disk before more memory', { fsync: 2, memory: 2100 }],
  ['more memory before a faster link', { memory: 8000 }],
  ['a known link before an unknown one', { linkSpeed: 100 }],
])('prefers %s', (_, differs) => {
  expect(rank([{ ...board, gpu: true }, other(differs)])[0]?.key).toBe('box-b');
});

it.each([
  ['a few stray MiB', { memory: 3871 }],
  ['an hour more of uptime', { uptime: 403_600 }],
  ['a fraction of a millisecond', { fsync: 9.2 }],
])('lets the machine-id decide where the difference is %s', (_, differs) => {
  expect(rank([other(differs), { ...board, fsync: 9.9 }])[0]?.key).toBe('box-a');
});

it('knows the bounds', () => {
  expect(objections({ ...board, memory: 2048, disk: 1536, fsync: 10 })).toEqual([]);
  expect(objections({ ...board, memory: 2047, disk: 1535, fsync: 11, bits: 32, clockError: 9 })).toEqual([
    'a 32-bit machine',
    '2047 MiB of memory, needs 2048',
    '1535 MiB of free disk, needs 1536',
    'fsync takes 11 ms, etcd allows 10',
    'its clock is 9 s ahead and edgectl may not set it',
  ]);
  expect(objections({ ...board, fsync: 11, maySyncSlowly: true })).toEqual([]);
  const { disk: _, ...silent } = board;
  expect(objections(silent)).toEqual(['does not tell its free disk space']);
});

it('says what counted', () => {
  expect(merits(other({ fsync: 2.5, linkSpeed: 1000, gpu: true, uptime: 60 }))).toBe(
    'fsync 2.5 ms, 4 GiB, 1000 Mbit/s, has a GPU, up for less than a day, machine-id ffffffff',
  );
});
