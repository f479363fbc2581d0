import { type Difference, differenceOf } from '../domain/bundles/difference.ts';
import type { Bundle } from '../ports/bundles.ts';
import { readBundle } from './bundle-open.ts';

/** What became of one bundle in another, by what they say that they hold. */
export const diffBundles = async (before: Bundle, after: Bundle): Promise<Difference> => {
  const [old, next] = await Promise.all([readBundle(before), readBundle(after)]);
  return differenceOf(old.manifest, next.manifest);
};
