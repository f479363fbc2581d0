import { resolve } from 'node:path';
import { copyBundle, splitInParts } from '../actions/bundle-copy.ts';
import { bundleAt } from '../adapters/bundle/bundle-at.ts';
import { bundleCopyWriter } from '../adapters/bundle/copy-writer.ts';
import { splitBundle } from '../adapters/bundle/split-bundle.ts';
import { bytes } from '../support/bytes.ts';
import type { BundleReadOptions, BundleSplitOptions } from './options.ts';
import { printResult } from './print.ts';

/** Writes a bundle as parts. */
export const bundleSplitVerb = (path: string, options: BundleSplitOptions): Promise<void> =>
  printResult(options.output, async (meter) => {
    const prefix = resolve(options.out);
    const made = await splitInParts(bundleAt(path), prefix, options.size, splitBundle, meter('split'));
    const total = made.parts.reduce((sum, { size }) => sum + size, 0);
    const what = `${made.parts.length} parts, ${bytes(total)}, listed in ${made.list}`;
    return { words: made.changes === 0 ? `nothing to change: ${what}` : what, document: made };
  });

/** Copies a bundle into a folder. */
export const bundleCopyVerb = (from: string, to: string, options: BundleReadOptions): Promise<void> =>
  printResult(options.output, async (meter) => {
    const copied = await copyBundle(bundleAt(from), resolve(to), bundleCopyWriter, meter('copy'));
    const what = `${copied.blobs} blobs, ${bytes(copied.size)} in ${copied.path}`;
    return { words: copied.changes === 0 ? `nothing to change: ${what}` : what, document: copied };
  });
