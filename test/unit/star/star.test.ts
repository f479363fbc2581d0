import { expect, it } from 'vitest';
import { starDistribution } from '../../../src/adapters/star/star.ts';
import type { Shell } from '../../../src/ports/shell.ts';
import type { Shells } from '../../../src/ports/shells.ts';
import { three } from '../../support/fake-phases.ts';

/** Shells that note when an upload begins and ends; uploads to `broken` fail. */
const noting = (history: string[], broken?: string): Shells => ({
  open: async ({ key }) =>
    ({
      run: async () => ({ stdout: '', stderr: '', code: 0 }),
      async put() {
        history.push(`${key} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        if (key === broken) throw new Error('broken');
        history.push(`${key} ends`);
      },
    }) as unknown as Shell,
  drop: async () => {},
  close: async () => {},
});

const source = {
  release: () => Promise.reject(new Error('not asked for')),
  fetch: async () => ({ path: '/blob', size: 1 }),
};

const transfers = three.map((host) => ({
  host,
  into: '/blobs',
  blobs: [{ digest: 'sha256:0', name: 'blob' }],
  progress: () => {},
}));
const [first, second, third] = three.map(({ key }) => key);
const [{ host: control } = { host: undefined }] = transfers;
if (!control) throw new Error('no hosts');
const from = { control, holders: new Map() };

it('serves the first host alone, then the others side by side', async () => {
  const history: string[] = [];
  const ended: string[] = [];
  await starDistribution(noting(history), source).distribute(transfers, from, ({ host }) => {
    ended.push(host.key);
  });
  expect(history.slice(0, 4)).toEqual([
    `${first} begins`,
    `${first} ends`,
    `${second} begins`,
    `${third} begins`,
  ]);
  expect(ended.sort()).toEqual([first, second, third].sort());
});

it('serves the others when the first one fails', async () => {
  const problems = new Map<string, string | undefined>();
  await starDistribution(noting([], first), source).distribute(transfers, from, ({ host }, problem) => {
    problems.set(host.key, problem?.message);
  });
  expect(problems.get(second ?? '')).toBeUndefined();
  expect(problems.size).toBe(3);
  expect(problems.get(first ?? '')).toContain('broken');
});
