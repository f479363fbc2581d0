import { missingFor } from '../domain/bundles/completeness.ts';
import { archesOf } from '../domain/bundles/manifest.ts';
import type { BundleFolder, Progress } from '../ports/bundles.ts';
import type { LocalFile } from '../ports/source.ts';
import type { Arch } from '../support/arch.ts';
import { digest } from '../support/digest.ts';
import { Problem } from '../support/problem.ts';
import { openBundle, type Trust } from './bundle-open.ts';

/** What `bundle verify` prints as JSON. Sizes are bytes. */
export interface VerifiedBundle {
  readonly name: string;
  readonly serial: number;
  readonly digest: string;
  readonly signer: string | null;
  readonly blobs: number;
  readonly size: number;
}

/** Checks the signature, that nothing is missing for the architectures asked for, and every digest; all faults at once. */
export const verifyBundle = async (
  folder: BundleFolder,
  trust: Trust,
  arches: readonly Arch[] | undefined,
  progress: Progress,
): Promise<{ readonly verified: VerifiedBundle; readonly problems: readonly Problem[] }> => {
  const { manifest, text, signer } = await openBundle(folder, trust);
  const bad = (message: string) => new Problem('BUNDLE_INVALID', `${folder.path}: ${message}`);
  const problems = missingFor(manifest, arches ?? archesOf(manifest)).map((what) => bad(`missing: ${what}`));
  for (const part of manifest.parts) {
    const found = await folder.text(part.path);
    if (found === undefined) problems.push(bad(`${part.path} is missing`));
    else if (digest(found) !== part.digest) problems.push(bad(`${part.path} was changed`));
  }
  const items = [...new Map(manifest.contents.map((item) => [item.digest, item])).values()];
  const total = items.reduce((sum, { size }) => sum + size, 0);
  let before = 0;
  for (const item of items) {
    const named = `${item.what} (${item.digest})`;
    const file: LocalFile | undefined = await folder.blob(item.digest);
    if (!file) problems.push(bad(`the blob of ${named} is missing`));
    else if (file.size !== item.size)
      problems.push(bad(`the blob of ${named} has ${file.size} bytes instead of ${item.size}`));
    else if ((await folder.digestOf(file, (done) => progress(before + done, total))) !== item.digest)
      problems.push(bad(`the blob of ${named} does not have its digest`));
    before += item.size;
  }
  const known = new Set<string>(items.map((item) => item.digest));
  for (const stray of await folder.blobs())
    if (!known.has(stray)) problems.push(bad(`the blob ${stray} is not in bundle.json`));
  return {
    verified: {
      name: manifest.name,
      serial: manifest.serial,
      digest: digest(text),
      signer: signer ?? null,
      blobs: items.length,
      size: total,
    },
    problems,
  };
};
