import { debFaults } from '../domain/bundles/deb-faults.ts';
import type { BundleManifest } from '../domain/bundles/manifest.ts';
import type { Bundle } from '../ports/bundles.ts';
import type { LocalContent } from '../ports/source.ts';
import { Problem } from '../support/problem.ts';
import type { LookDeeper } from './bundle-deep.ts';

/** What was found in the packages of a bundle. `missing`: what this machine needs to look into all of them. */
export interface LookedIntoDebs {
  readonly faults: readonly string[];
  readonly missing: readonly Problem[];
  /** How many were unpacked. */
  readonly debs: number;
}

/**
 * What is wrong inside the Debian packages of a bundle whose blobs `sound` are what their digests say: whether they can be
 * unpacked, and their control files against bundle.json. A text for each fault, with the name of the blob.
 */
export const debsFaults = async (
  bundle: Bundle,
  { contents }: BundleManifest,
  sound: ReadonlySet<string>,
  { debs, meter }: LookDeeper,
): Promise<LookedIntoDebs> => {
  const blobs = new Map<string, LocalContent>();
  for (const { role, digest } of contents) {
    const blob = role === 'deb' && sound.has(digest) ? await bundle.blob(digest) : undefined;
    if (blob) blobs.set(digest, blob);
  }
  const faults = new Set<string>();
  const missing = new Map<string, Problem>();
  const total = [...blobs.values()].reduce((sum, { size }) => sum + size, 0);
  const progress = meter('unpack packages');
  let before = 0;
  for (const [digest, blob] of blobs) {
    const found = await debs
      .control(blob, (done) => progress(before + done, total))
      .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
    for (const item of contents.filter((one) => one.role === 'deb' && one.digest === digest)) {
      const its = `${item.what} (${digest})`;
      if (found instanceof Problem) missing.set(found.message, found);
      else if (found instanceof Error) faults.add(`${its} cannot be unpacked: ${found.message}`);
      else for (const fault of debFaults(item, found)) faults.add(`${its}: ${fault}`);
    }
    before += blob.size;
    progress(before, total);
  }
  return { faults: [...faults], missing: [...missing.values()], debs: blobs.size };
};
