import { DELTA_FILE, lyingBlobs } from '../domain/bundles/delta.ts';
import type { Bundle, NewBundle } from '../ports/bundles.ts';
import { Problem } from '../support/problem.ts';
import { deltaOf } from './bundle-delta-open.ts';
import { partFaults, readBundle } from './bundle-open.ts';

/**
 * All files of a bundle, to be written elsewhere. Nothing is judged: whoever reads what was written judges it. Throws every
 * file that is missing or cut off at once, BUNDLE_INVALID.
 */
export const wholeBundle = async (bundle: Bundle): Promise<NewBundle> => {
  const { manifest, text } = await readBundle(bundle);
  const faults = [...(await partFaults(bundle, manifest))];
  const delta = await deltaOf(bundle, manifest);
  const items = [...lyingBlobs(manifest, delta)];
  const blobs = await Promise.all(
    items.map(async ([digest, { size, what }]) => {
      const file = await bundle.blob(digest);
      if (!file) faults.push(`the blob of ${what} (${digest}) is missing`);
      else if (file.size !== size)
        faults.push(`the blob of ${what} (${digest}) has ${file.size} bytes instead of ${size}`);
      return file ? [{ digest, file, name: what }] : [];
    }),
  );
  if (faults.length > 0)
    throw new AggregateError(
      faults.map((fault) => new Problem('BUNDLE_INVALID', `${bundle.path}: ${fault}`)),
    );
  const names = [...manifest.parts.map(({ path }) => path), 'bundle.json.sig', DELTA_FILE];
  const texts: Record<string, string> = {};
  for (const name of names) {
    const found = await bundle.text(name);
    if (found !== undefined) texts[name] = found;
  }
  return { texts: { ...texts, 'bundle.json': text }, blobs: blobs.flat() };
};
