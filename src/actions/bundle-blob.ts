import type { BundleItem } from '../domain/bundles/manifest.ts';
import type { Bundle } from '../ports/bundles.ts';
import type { LocalContent } from '../ports/source.ts';
import { Problem } from '../support/problem.ts';
import { blame } from './bundle-open.ts';

/** A blob of a bundle that has its digest; throws BUNDLE_INVALID with the name of what it is for. */
export const checkedBlob = async (
  bundle: Bundle,
  { digest, what }: Pick<BundleItem, 'digest' | 'what'>,
  progress?: (done: number) => void,
): Promise<LocalContent> => {
  const bad = (why: string) =>
    new Problem('BUNDLE_INVALID', `${bundle.path}: the blob of ${what} (${digest}) ${why}`, {
      hint: 'copy the bundle again: nothing was used of it',
    });
  const content = await bundle.blob(digest);
  if (!content) throw bad('is missing');
  if ((await bundle.digestOf(content, progress)) === digest) return content;
  throw await blame(bundle, bad('does not have its digest'), content);
};
