import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { edgectl } from '../../init/cli.ts';
import type { Figure } from '../figure.ts';
import { scratch } from '../scratch.ts';
import { verify } from './verify.ts';

/** What bundles cost: checking one. Each part has a folder of its own. */
export const bundle = (rounds: number): Promise<readonly Figure[]> =>
  scratch(async (keep) => {
    const folder = await mkdtemp(join(process.env['TMPDIR'] ?? tmpdir(), 'edgectl-bench-bundle-'));
    keep(folder);
    const run = await edgectl();
    keep(run.state);
    const figures: Figure[] = [];
    for (const part of [verify]) figures.push(...(await part(rounds, run, join(folder, part.name))));
    return figures;
  });
