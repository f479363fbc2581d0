import { DELTA_FILE, type Delta, deltaFaults, deltaSums, readDelta } from '../domain/bundles/delta.ts';
import type { BundleManifest } from '../domain/bundles/manifest.ts';
import type { Bundle } from '../ports/bundles.ts';
import { Problem } from '../support/problem.ts';

const bad = ({ path }: Bundle, why: string): Problem =>
  new Problem('BUNDLE_INVALID', `${path}: ${DELTA_FILE} ${why}; nothing of it is used`, {
    hint: 'copy the delta again from where it was made',
  });

/**
 * What a bundle says of how it comes out of another one; undefined when it is whole. Throws BUNDLE_INVALID when that does
 * not go with what the bundle holds.
 */
export const deltaOf = async (bundle: Bundle, manifest: BundleManifest): Promise<Delta | undefined> => {
  const text = await bundle.text(DELTA_FILE);
  if (text === undefined) return undefined;
  const delta = readDelta(text);
  if (!delta) throw bad(bundle, 'does not match the format of this edgectl');
  const faults = deltaFaults(delta, manifest);
  if (faults.length > 0) throw new AggregateError(faults.map((fault) => bad(bundle, `is wrong: ${fault}`)));
  return delta;
};

/** Throws BUNDLE_INVALID when a bundle is a delta, which is of no use by itself. */
export const refuseDelta = async (bundle: Bundle): Promise<void> => {
  const text = await bundle.text(DELTA_FILE);
  if (text === undefined) return;
  const base = readDelta(text)?.base;
  const on = base ? ` on ${base.name}, serial ${base.serial}` : '';
  throw new Problem('BUNDLE_INVALID', `${bundle.path} is a delta${on}, and no whole bundle`, {
    hint: 'make the bundle with `edgectl bundle apply DELTA --base OLD -o NEW`, and use that',
  });
};

/** What a delta is, in numbers. */
export const deltaSumsOf = deltaSums;
