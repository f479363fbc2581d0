import { dirname, resolve } from 'node:path';
import { applyDelta } from '../actions/bundle-apply.ts';
import { bundleAt } from '../adapters/bundle/bundle-at.ts';
import { bundleWriter, isThere } from '../adapters/bundle/bundle-writer.ts';
import { bundleTarWriter } from '../adapters/bundle/tar-writer.ts';
import { ENCODER } from '../adapters/zstd/encode.ts';
import { zstdPatcher } from '../adapters/zstd/patcher.ts';
import { bytes } from '../support/bytes.ts';
import { say, trustOf } from './bundle-verb.ts';
import type { BundleApplyOptions } from './options.ts';
import { printResult } from './print.ts';

/** Makes a whole bundle out of a delta and the bundle that it was made for. */
export const bundleApplyVerb = (path: string, options: BundleApplyOptions): Promise<void> =>
  printResult(options.output, async (meter) => {
    const out = resolve(options.out);
    const patcher = zstdPatcher(dirname(out));
    const { cluster: file, trust, allowUnsigned } = options;
    const made = await applyDelta({
      delta: bundleAt(path),
      base: bundleAt(options.base),
      path: out,
      trust: trustOf({
        ...(file === undefined ? {} : { file }),
        ...(trust ? { trust } : {}),
        ...(allowUnsigned ? { allowUnsigned } : {}),
      }),
      patcher,
      encoder: ENCODER,
      writer: options.file ? bundleTarWriter : bundleWriter,
      isThere,
      tell: say,
      meter,
    }).finally(() => patcher.close());
    const by = made.signer === null ? 'not signed by a trusted key' : `signed by "${made.signer}"`;
    const what = `${made.name} ${made.serial}: ${made.blobs} blobs, ${bytes(made.size)}, ${by}`;
    const words =
      made.changes === 0 ? `nothing to change: ${what} is in ${made.path}` : `${what} in ${made.path}`;
    return { words, document: made };
  });
