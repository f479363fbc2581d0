import { join } from 'node:path';
import { launchApart } from './launch-apart.ts';
import { processNow } from './processes.ts';
import type { LabSummary } from './summary.ts';
import { type LabWish, labUp } from './up.ts';

/**
 * A lab for one test file, `<what>-<pid>`, so that no two rings meet. The test takes it down with `labDown(name)`;
 * a guard does so when this process ends without it, be it by kill -9.
 */
export const ringLab = async (what: string, wish: Omit<LabWish, 'name'> = {}): Promise<LabSummary> => {
  const name = `${what}-${process.pid}`;
  launchApart(join(import.meta.dirname, 'guard.ts'), [name, JSON.stringify(await processNow(process.pid))]);
  return labUp({ ...wish, name });
};
