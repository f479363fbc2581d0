import { type ImageManifest, readDiffIds } from '../domain/bundles/image-manifest.ts';
import { zstdManifest } from '../domain/bundles/zstd-image.ts';
import type { Progress } from '../ports/bundles.ts';
import type { LayerEncoder } from '../ports/layers.ts';
import type { LocalFile } from '../ports/source.ts';
import type { Arch } from '../support/arch.ts';
import type { Digest } from '../support/digest.ts';
import { Problem } from '../support/problem.ts';

/** An image for one architecture as it was fetched, and what its layers are packed with. */
export interface FetchedImage {
  readonly name: string;
  readonly arch: Arch;
  readonly digest: Digest;
  readonly manifest: ImageManifest;
  /** The text of its configuration. */
  readonly config: string;
  /** Its layers by their digests. */
  readonly fetched: ReadonlyMap<Digest, LocalFile>;
  readonly encoder: LayerEncoder;
  readonly meter: (says: string) => Progress;
}

/**
 * The layers of an image in zstd, by their digests and in the order of its manifest, and the text of a manifest of them; undefined when all were in zstd
 * before, and nothing is new. Throws BLOB_CORRUPT, IMAGE_UNUSABLE.
 */
export const inZstd = async (of: FetchedImage) => {
  const { name, arch, manifest, fetched, encoder, meter } = of;
  const diffIds = readDiffIds(name, of.config);
  if (diffIds.length !== manifest.layers.length)
    throw new Problem(
      'IMAGE_UNUSABLE',
      `${name} for ${arch} has ${manifest.layers.length} layers, its configuration ${diffIds.length}`,
    );
  const layers = new Map<Digest, LocalFile>();
  const now = [];
  for (const [index, { digest }] of manifest.layers.entries()) {
    const [diffId, file] = [diffIds[index], fetched.get(digest)];
    if (!diffId || !file) continue;
    const progress = meter(`encode ${name} for ${arch}, layer ${index + 1} of ${diffIds.length}`);
    const { isNew, ...layer } = await encoder.encode({ digest, diffId, file }, progress).catch((error) => {
      throw error instanceof Problem ? new Problem(error.code, `${name}: ${error.message}`, error) : error;
    });
    layers.set(layer.digest, layer.file);
    now.push({ digest: layer.digest, size: layer.file.size, isNew });
  }
  return { text: zstdManifest(of.digest, manifest, now, encoder.name), layers, ordered: now };
};
