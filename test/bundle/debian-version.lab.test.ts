import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareVersions } from '../../src/domain/debian/version.ts';
import { debianVersion } from '../unit/debian/arbitraries.ts';

const run = promisify(execFile);

const holds = (a: string, operator: string, b: string): Promise<boolean> =>
  run('dpkg', ['--compare-versions', a, operator, b]).then(
    () => true,
    () => false,
  );

it('versions compare as dpkg compares them', async () => {
  await fc.assert(
    fc.asyncProperty(debianVersion, debianVersion, async (a, b) => {
      const order = Math.sign(compareVersions(a, b));
      const told = { '-1': 'lt', '0': 'eq', '1': 'gt' }[String(order)] ?? '';
      expect([a, told, b, await holds(a, told, b)]).toEqual([a, told, b, true]);
    }),
    { numRuns: 1000 },
  );
});
