import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Layout } from '../layout.ts';
import { writeWhole } from '../state.ts';
import { type ModelName, models } from './models.ts';

/** What stays with a board when its power goes. */
export type Fitted = {
  /** Whether the clock has a battery: without one each start is in 1970. */
  readonly battery: boolean;
  /** Whether the disk is as slow as a worn card. */
  readonly slowDisk: boolean;
};

const fileOf = (lab: Layout, node: string) => join(lab.folder, 'nodes', node, 'fitted.json');

/** How a board is fitted; as its model comes when nobody has changed it. */
export const fittedOf = async (lab: Layout, node: string, model: ModelName): Promise<Fitted> => {
  const text = await readFile(fileOf(lab, node), 'utf8').catch(() => '{}');
  return { battery: models[model].battery, slowDisk: false, ...(JSON.parse(text) as Partial<Fitted>) };
};

/** Changes how a board is fitted, from its next start on. */
export const refit = async (lab: Layout, node: string, change: Partial<Fitted>): Promise<void> => {
  const text = await readFile(fileOf(lab, node), 'utf8').catch(() => '{}');
  await writeWhole(fileOf(lab, node), `${JSON.stringify({ ...JSON.parse(text), ...change })}\n`);
};
