import type { Bundle, BundleSplitter, BundleWriter, Progress, WrittenParts } from '../ports/bundles.ts';
import { Problem } from '../support/problem.ts';
import { blame } from './bundle-open.ts';
import { wholeBundle } from './bundle-whole.ts';

/** What `bundle copy` prints as JSON. Sizes are bytes. */
export interface CopiedBundle {
  readonly path: string;
  readonly blobs: number;
  readonly size: number;
  readonly changes: number;
}

/** Copies a bundle of whatever form into a folder; a blob that does not have its digest stops it, BLOB_CORRUPT. */
export const copyBundle = async (
  bundle: Bundle,
  to: string,
  writer: BundleWriter,
  progress: Progress,
): Promise<CopiedBundle> => {
  const whole = await wholeBundle(bundle);
  const wrote = await writer.write(to, whole, progress).catch(async (error: unknown) => {
    throw error instanceof Problem && error.code === 'BLOB_CORRUPT' ? await blame(bundle, error) : error;
  });
  return {
    path: to,
    blobs: whole.blobs.length,
    size: whole.blobs.reduce((sum, { file }) => sum + file.size, 0),
    changes: wrote === 'written' ? 1 : 0,
  };
};

/** Splits a bundle of whatever form into parts `PREFIX.000`, … of `size` bytes at most. */
export const splitInParts = async (
  bundle: Bundle,
  prefix: string,
  size: number,
  split: BundleSplitter,
  progress: Progress,
): Promise<WrittenParts> => split(prefix, size, await wholeBundle(bundle), progress);
