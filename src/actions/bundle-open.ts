import { type BundleManifest, readManifest } from '../domain/bundles/manifest.ts';
import { signerOf } from '../domain/bundles/signature.ts';
import type { Bundle } from '../ports/bundles.ts';
import type { TrustKey } from '../spec/cluster.ts';
import { digest } from '../support/digest.ts';
import { Problem } from '../support/problem.ts';

/** Whose signatures count, and when. */
export interface Trust {
  readonly keys: readonly TrustKey[];
  /** An unsigned bundle, or one of an unknown key, is taken all the same. */
  readonly allowUnsigned: boolean;
  /** A day in UTC, `2026-11-22`. */
  readonly today: string;
}

/** A bundle whose manifest counts. `signer` is the id of the trusted key; absent when that was not asked for. */
export interface OpenBundle {
  readonly manifest: BundleManifest;
  readonly text: string;
  readonly signer?: string;
}

const manifestOf = async (bundle: Bundle): Promise<string> => {
  const text = await bundle.text('bundle.json');
  if (text !== undefined) return text;
  throw new Problem('BUNDLE_INVALID', `${bundle.path} is no bundle: it has no bundle.json`, {
    hint: 'make one with `edgectl bundle create`',
  });
};

const parse = (text: string, { path }: Bundle): BundleManifest => {
  const manifest = readManifest(text);
  if (manifest) return manifest;
  throw new Problem('BUNDLE_INVALID', `${path}: bundle.json does not match the format of this edgectl`, {
    hint: 'it was damaged, or a newer edgectl made it',
  });
};

/** A fault of a bundle; where it lies in parts, with the names of those that are not what they were. */
export const blame = async (
  bundle: Bundle,
  problem: Problem,
  content?: Parameters<Bundle['damaged']>[0],
): Promise<Problem> => {
  const parts = await bundle.damaged(content);
  if (parts.length === 0) return problem;
  return new Problem('BUNDLE_INVALID', `${parts.join(', ')}: not what was split: ${problem.message}`, {
    hint: 'copy it again: nothing was used of the bundle',
    cause: problem,
  });
};

/** What a bundle says that it holds, on its own word; throws BUNDLE_INVALID. */
export const readBundle = async (bundle: Bundle): Promise<OpenBundle> => {
  const text = await manifestOf(bundle);
  return { manifest: parse(text, bundle), text };
};

/**
 * The same of a bundle whose signature counts, which is judged before anything else is read of the manifest; throws
 * BUNDLE_UNTRUSTED besides.
 */
export const openBundle = async (bundle: Bundle, trust: Trust): Promise<OpenBundle> => {
  const text = await manifestOf(bundle);
  const signer = signerOf({
    bundle: bundle.path,
    manifest: text,
    signature: await bundle.text('bundle.json.sig'),
    trust: trust.keys,
    allowUnsigned: trust.allowUnsigned,
    today: trust.today,
  });
  if (signer instanceof Problem) throw await blame(bundle, signer);
  return { manifest: parse(text, bundle), text, ...(signer === undefined ? {} : { signer }) };
};

/** What is wrong with the small files that a manifest names, such as `index.json`, a text each. */
export const partFaults = async (bundle: Bundle, { parts }: BundleManifest): Promise<readonly string[]> => {
  const faults = parts.map(async ({ path, digest: wanted }) => {
    const found = await bundle.text(path);
    if (found === undefined) return `${path} is missing`;
    return digest(found) === wanted ? '' : `${path} was changed`;
  });
  return (await Promise.all(faults)).filter((fault) => fault !== '');
};
