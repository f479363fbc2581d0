import { createHash, randomFillSync } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import type { Edgectl } from '../../init/cli.ts';
import { type Figure, ratios } from '../figure.ts';
import { quiet, say, timed } from '../machine.ts';

const MODELS = 8;
const MODEL_BYTES = 256 << 20;
/** openssl's seconds are at least 0.7 of edgectl's. */
const LIMIT = 1 / 0.7;

const sha256Of = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
};

/** A bundle of 2 GiB of random bytes, unsigned; gives its path. */
const makeBundle = async (run: Edgectl, folder: string): Promise<string> => {
  const sources = await mkdtemp(join(folder, 'sources-'));
  const files: string[] = [];
  for (let n = 0; n < MODELS; n++) {
    const path = join(sources, `model-${n}`);
    const file = await open(path, 'w');
    await file.writeFile(randomFillSync(Buffer.allocUnsafe(MODEL_BYTES)));
    await file.close();
    files.push(`    - { name: model-${n}, source: ${path}, sha256: ${await sha256Of(path)}, role: model }`);
  }
  const pins = join(sources, 'pins.yaml');
  const head =
    'apiVersion: edgectl/v1\nkind: BundlePins\nmetadata: { name: bench, serial: 1, created: 2026-11-22 }';
  await writeFile(pins, `${head}\nspec:\n  files:\n${files.join('\n')}\n`);
  const bundle = join(folder, 'bench.bundle');
  const { code, stderr } = await run(['bundle', 'create', '-f', pins, '-o', bundle]);
  if (code !== 0) throw new Error(stderr.slice(-3000));
  return bundle;
};

/** `edgectl bundle verify` of 2 GiB, start and all, against `openssl dgst -sha256` of the same blobs, on one core, in turn. */
export const verify = async (rounds: number, run: Edgectl, folder: string): Promise<readonly Figure[]> => {
  await mkdir(folder, { recursive: true });
  say('verify: a bundle of 2 GiB');
  const bundle = await makeBundle(run, folder);
  const blobs = join(bundle, 'blobs/sha256');
  const names = (await readdir(blobs)).map((name) => join(blobs, name));
  const ours: number[] = [];
  const theirs: number[] = [];
  // The first pair fills the cache and does not count.
  for (let round = -1; round < rounds; round++) {
    await quiet();
    const verified = await timed(() => run(['bundle', 'verify', bundle, '--allow-unsigned']));
    if (verified.result.code !== 0) throw new Error(verified.result.stderr.slice(-3000));
    const openssl = await timed(() => execa('openssl', ['dgst', '-sha256', ...names]));
    if (round < 0) continue;
    ours.push(verified.seconds);
    theirs.push(openssl.seconds);
    say(`verify: ${verified.seconds.toFixed(2)} s, openssl ${openssl.seconds.toFixed(2)} s`);
  }
  return [
    { case: 'bundle.verify', unit: 's', limit: null, rounds: ours },
    { case: 'bundle.openssl', unit: 's', limit: null, rounds: theirs },
    { case: 'bundle.verify-ratio', unit: 'ratio', limit: LIMIT, rounds: ratios(ours, theirs) },
  ];
};
