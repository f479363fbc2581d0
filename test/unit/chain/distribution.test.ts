import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { chainDistribution } from '../../../src/adapters/chain/chain.ts';
import { starDistribution } from '../../../src/adapters/star/star.ts';
import { blobPath } from '../../../src/engine/change.ts';
import type { Host } from '../../../src/spec/cluster.ts';
import { fakeChain } from '../../support/fake-chain.ts';
import { three } from '../../support/fake-phases.ts';

// The real distribution over machines in memory: whatever dies or lies, everybody who lives ends with everything.
const folder = mkdtempSync(join(tmpdir(), 'edgectl-distribution-'));
afterAll(() => rmSync(folder, { recursive: true }));
const BLOBS = ['one', 'two', 'three'];
const digestOf = (name: string) => `sha256:${createHash('sha256').update(name).digest('hex')}`;
const pathOf = (name: string) => join(folder, name);
for (const name of BLOBS) writeFileSync(pathOf(name), name);
const local = new Map(BLOBS.map((name) => [pathOf(name), name]));

const [template] = three;
if (!template) throw new Error('no hosts');
const hostOf = (key: string, duty: Host['duty']): Host => ({ ...template, key, address: key, duty });
const control = hostOf('control', 'control');
const boards = Array.from({ length: 6 }, (_, n) => hostOf(`board-${n}`, 'board'));

const sites = fc.record({
  /** Which blobs each board wants. */
  wants: fc.array(fc.subarray(BLOBS), { minLength: boards.length, maxLength: boards.length }),
  /** Who has which blobs in place, and whether they are what they should be. */
  has: fc.array(fc.record({ board: fc.nat(5), blob: fc.constantFrom(...BLOBS), isTrue: fc.boolean() }), {
    maxLength: 4,
  }),
  /** After how many chunks a board dies. */
  deaths: fc.array(fc.record({ board: fc.nat(5), after: fc.nat(12) }), { maxLength: 4 }),
  controlWants: fc.boolean(),
});

describe('the distribution, on any site, under any deaths', () => {
  it('ends each transfer once; who lives has everything as it should be, and only it is said to', async () => {
    await fc.assert(
      fc.asyncProperty(sites, async ({ wants, has, deaths, controlWants }) => {
        let chunks = 0;
        const chain = fakeChain(
          [control, ...boards].map(({ key }) => key),
          local,
          () => {
            for (const { board, after } of deaths) if (after === chunks) chain.kill(`board-${board}`);
            chunks++;
          },
        );
        const holders = new Map<string, { host: Host; path: string }[]>();
        for (const { board, blob, isTrue } of has) {
          const host = boards[board];
          if (!host) continue;
          chain.machines.get(host.key)?.files.set(`/at/${blob}`, isTrue ? blob : 'lie');
          holders.set(digestOf(blob), [
            ...(holders.get(digestOf(blob)) ?? []),
            { host, path: `/at/${blob}` },
          ]);
        }
        const wanted = [
          ...boards.map((host, n) => ({ host, blobs: wants[n] ?? [] })),
          { host: control, blobs: controlWants ? BLOBS : [] },
        ].filter(({ blobs }) => blobs.length > 0);
        const transfers = wanted.map(({ host, blobs }) => ({
          host,
          into: '/in',
          blobs: blobs.map((name) => ({ name, digest: digestOf(name) })),
          progress: () => {},
        }));
        const source = {
          release: () => Promise.reject(new Error('not asked for')),
          fetch: async ({ name }: { name: string }) => ({ path: pathOf(name), size: name.length }),
        };
        const { shells } = chain;
        const star = starDistribution(shells, source);
        const ends: string[] = [];
        await chainDistribution({
          shells,
          source,
          star,
          helpers: () => ({ path: '/helper', size: 1, sha256: 'helper' }),
          worthFeeding: 1,
        }).distribute(transfers, { control, holders }, ({ host }, problem) => {
          ends.push(`${host.key} ${problem ? 'failed' : 'there'}`);
        });
        const isDark = (key: string) => chain.machines.get(key)?.isDark === true;
        expect(ends.map((end) => end.split(' ')[0]).sort()).toEqual(
          wanted.map(({ host }) => host.key).sort(),
        );
        for (const { host, blobs } of wanted) {
          const isThere = blobs.every(
            (name) => chain.machines.get(host.key)?.files.get(blobPath('/in', digestOf(name))) === name,
          );
          if (!isDark(host.key)) expect(ends).toContain(`${host.key} there`);
          if (ends.includes(`${host.key} there`)) expect(isThere).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});
