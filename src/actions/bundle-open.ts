import { type BundleManifest, readManifest } from '../domain/bundles/manifest.ts';
import { signerOf } from '../domain/bundles/signature.ts';
import type { BundleFolder } from '../ports/bundles.ts';
import type { TrustKey } from '../spec/cluster.ts';
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

/** What a bundle says that it holds, on its own word; throws BUNDLE_INVALID. */
export const readBundle = async (folder: BundleFolder): Promise<OpenBundle> => {
  const text = await folder.text('bundle.json');
  if (text === undefined)
    throw new Problem('BUNDLE_INVALID', `${folder.path} is no bundle: it has no bundle.json`, {
      hint: 'make one with `edgectl bundle create`',
    });
  const manifest = readManifest(text);
  if (!manifest)
    throw new Problem(
      'BUNDLE_INVALID',
      `${folder.path}: bundle.json does not match the format of this edgectl`,
      {
        hint: 'it was damaged, or a newer edgectl made it',
      },
    );
  return { manifest, text };
};

/** The same of a bundle whose signature counts; throws BUNDLE_UNTRUSTED besides. */
export const openBundle = async (folder: BundleFolder, trust: Trust): Promise<OpenBundle> => {
  const { manifest, text } = await readBundle(folder);
  const signer = signerOf({
    bundle: folder.path,
    manifest: text,
    signature: await folder.text('bundle.json.sig'),
    trust: trust.keys,
    today: trust.today,
  });
  if (!(signer instanceof Problem)) return { manifest, text, signer };
  if (!trust.allowUnsigned) throw signer;
  return { manifest, text };
};
