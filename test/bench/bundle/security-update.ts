import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { execa } from 'execa';
import { startRegistry } from '../../bundle/docker-registry.ts';
import { pushImage } from '../../bundle/make-image.ts';
import type { Edgectl } from '../../init/cli.ts';
import { needPrograms } from '../../lab/preflight.ts';
import type { Figure } from '../figure.ts';
import { say } from '../machine.ts';
import { type BoardImages, boardImages } from './board-images.ts';
import { peakOf } from './peak-memory.ts';

const CASES = ['before', 'few', 'many'] as const;
type Case = (typeof CASES)[number];

const arch = process.arch === 'arm64' ? 'arm64' : 'amd64';
const LIMITS = { few: 0.03, memoryMb: 300 } as const;

/** Pushes a board's root file system as an image of one layer, and gives what a file of pins says to have it packed anew. */
const push = async (host: string, name: Case, tar: string): Promise<string> => {
  const content = readFileSync(tar);
  // How the registry has it packed does not matter.
  const layer = { tar: content, blob: gzipSync(content, { level: 1 }), digest: '' };
  const to = `${host}/board:${name}`;
  const images = [{ platform: { architecture: arch }, layers: [layer] }];
  return `    - { ref: ${to}@${await pushImage({ to, images, index: false })}, layers: zstd }`;
};

/** The bytes of all files of a bundle. */
const sizeOf = async (bundle: string): Promise<number> =>
  Number((await execa('du', ['--apparent-size', '-sb', bundle])).stdout.split('\t')[0]);

/** Makes the three bundles, and two deltas on the first; gives the paths of them all by what they are for. */
const makeBundles = async (run: Edgectl, folder: string, images: BoardImages) => {
  const at = (name: string) => join(folder, name);
  const ran = async (...words: readonly string[]) => {
    const { code, stderr } = await run(['bundle', ...words]);
    if (code !== 0) throw new Error(stderr.slice(-3000));
  };
  await mkdir(at('registry'));
  const registry = await startRegistry(at('registry'));
  try {
    for (const [index, name] of CASES.entries()) {
      say(`security-update: the bundle ${name}`);
      const pin = await push(registry.host, name, images[name]);
      const head = `apiVersion: edgectl/v1\nkind: BundlePins\nmetadata: { name: board, serial: ${index + 1}, created: 2026-11-22 }`;
      const open = `registries: { '${registry.host}': { plainHttp: true } }`;
      await writeFile(at(`${name}.yaml`), `${head}\nspec:\n  ${open}\n  images:\n${pin}\n`);
      await ran('create', '-f', at(`${name}.yaml`), '-o', at(name), '--arch', arch);
      if (name === 'before') continue;
      await ran(
        ...['create', '-f', at(`${name}.yaml`), '-o', at(`${name}.delta`)],
        ...['--arch', arch, '--base', at('before')],
      );
    }
  } finally {
    await registry.stop();
  }
  return at;
};

/**
 * Deltas of a board's image after a small security update and after all updates there are, over the bundles that they make;
 * and the memory that applying the small one takes.
 */
export const securityUpdate = async (
  rounds: number,
  run: Edgectl,
  folder: string,
): Promise<readonly Figure[]> => {
  await needPrograms([
    ['mmdebstrap', 'mmdebstrap'],
    ['skopeo', 'skopeo'],
    ['zstd', 'zstd'],
  ]);
  await mkdir(folder, { recursive: true });
  const at = await makeBundles(run, folder, await boardImages());
  const shares: Record<string, number> = {};
  for (const name of ['few', 'many']) {
    const [delta, full] = [await sizeOf(at(`${name}.delta`)), await sizeOf(at(name))];
    say(`security-update: ${name}, ${delta} bytes of ${full}`);
    shares[name] = delta / full;
  }
  const peaks: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const words = ['--base', at('before'), '-o', at('made'), '--allow-unsigned'];
    const peak = await peakOf(['bundle', 'apply', at('few.delta'), ...words]);
    await execa('diff', ['-r', at('few'), at('made')]);
    await rm(at('made'), { recursive: true });
    peaks.push(peak / 1e6);
    say(`security-update: applying needs ${(peak / 1e6).toFixed(0)} MB`);
  }
  // Sizes are the same in every round.
  return [
    {
      case: 'bundle.security-update',
      unit: 'ratio',
      limit: LIMITS.few,
      rounds: [shares['few'] ?? Number.NaN],
    },
    {
      case: 'bundle.security-update-many',
      unit: 'ratio',
      limit: null,
      rounds: [shares['many'] ?? Number.NaN],
    },
    { case: 'bundle.apply-memory', unit: 'MB', limit: LIMITS.memoryMb, rounds: peaks },
  ];
};
