import { missingFor } from '../domain/bundles/completeness.ts';
import { deltaSums, lyingBlobs } from '../domain/bundles/delta.ts';
import { archesOf } from '../domain/bundles/manifest.ts';
import type { Bundle, Progress } from '../ports/bundles.ts';
import type { Arch } from '../support/arch.ts';
import { digest } from '../support/digest.ts';
import { Problem } from '../support/problem.ts';
import { imagesFaults, type LookDeeper } from './bundle-deep.ts';
import { debsFaults } from './bundle-deep-debs.ts';
import { deltaOf } from './bundle-delta-open.ts';
import { blame, openBundle, partFaults, type Trust } from './bundle-open.ts';

/** What `bundle verify` prints as JSON. Sizes are bytes. */
export interface VerifiedBundle {
  readonly name: string;
  readonly serial: number;
  readonly digest: string;
  readonly signer: string | null;
  readonly blobs: number;
  readonly size: number;
  /** The layers and the Debian packages that were unpacked, where that was asked for. */
  readonly layers?: number;
  readonly debs?: number;
  /** What it needs, when it is a delta: only what lies in it was checked. */
  readonly delta?: ReturnType<typeof deltaSums>;
}

/**
 * Checks the signature, that nothing is missing for the architectures asked for, and every digest, and with `deeper` what
 * images and packages consist of; all faults at once.
 */
export const verifyBundle = async (
  bundle: Bundle,
  trust: Trust,
  arches: readonly Arch[] | undefined,
  progress: Progress,
  deeper?: LookDeeper,
): Promise<{ readonly verified: VerifiedBundle; readonly problems: readonly Problem[] }> => {
  const { manifest, text, signer } = await openBundle(bundle, trust);
  const bad = (message: string) => new Problem('BUNDLE_INVALID', `${bundle.path}: ${message}`);
  const problems = missingFor(manifest, arches ?? archesOf(manifest)).map((what) => bad(`missing: ${what}`));
  for (const fault of await partFaults(bundle, manifest)) problems.push(await blame(bundle, bad(fault)));
  const delta = await deltaOf(bundle, manifest);
  const items = [...lyingBlobs(manifest, delta)].map(([digest, blob]) => ({ digest, ...blob }));
  const total = items.reduce((sum, { size }) => sum + size, 0);
  const sound = new Set<string>();
  let before = 0;
  for (const item of items) {
    const named = `${item.what} (${item.digest})`;
    const content = await bundle.blob(item.digest);
    if (!content) problems.push(bad(`the blob of ${named} is missing`));
    else if (content.size !== item.size)
      problems.push(bad(`the blob of ${named} has ${content.size} bytes instead of ${item.size}`));
    else if ((await bundle.digestOf(content, (done) => progress(before + done, total))) !== item.digest)
      problems.push(await blame(bundle, bad(`the blob of ${named} does not have its digest`), content));
    else sound.add(item.digest);
    before += item.size;
  }
  const known = new Set<string>(items.map((item) => item.digest));
  for (const stray of await bundle.blobs())
    if (!known.has(stray)) problems.push(bad(`the blob ${stray} is not in bundle.json`));
  const images = deeper && (await imagesFaults(bundle, manifest, sound, deeper));
  const debs = deeper && (await debsFaults(bundle, manifest, sound, deeper));
  for (const found of [images, debs]) problems.push(...(found?.faults ?? []).map(bad));
  problems.push(...(debs?.missing ?? []));
  return {
    verified: {
      name: manifest.name,
      serial: manifest.serial,
      digest: digest(text),
      signer: signer ?? null,
      blobs: items.length,
      size: total,
      ...(images ? { layers: images.layers } : {}),
      ...(debs ? { debs: debs.debs } : {}),
      ...(delta ? { delta: deltaSums(delta, manifest) } : {}),
    },
    problems,
  };
};
