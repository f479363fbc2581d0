import { type Descriptor, isIndex, isLayer, readImageManifest } from '../domain/bundles/image-manifest.ts';
import type { BundleItem } from '../domain/bundles/manifest.ts';
import { imageKey, type PackagesByImage } from '../domain/bundles/sbom.ts';
import { type ImagePackages, packagesIn } from '../domain/packages/image-packages.ts';
import { PACKAGE_QUESTION, type Reading } from '../domain/packages/question.ts';
import type { LayerEntry, Layers } from '../ports/layer-reader.ts';
import type { LocalContent } from '../ports/source.ts';
import { Problem } from '../support/problem.ts';

/** Images as they were fetched, and who reads their layers. */
export interface ReadPackages {
  readonly blobs: readonly { readonly item: BundleItem; readonly file: LocalContent }[];
  readonly layers: Layers;
  readonly tell: (says: string) => void;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const packagesOf = async (
  image: ReadPackages['blobs'][number],
  files: ReadonlyMap<string, LocalContent>,
  { layers, tell }: ReadPackages,
): Promise<ImagePackages> => {
  const { what, arch } = image.item;
  tell(`look for packages in ${what} for ${arch}`);
  const manifest = readImageManifest(what, await layers.text(image.file));
  const all: readonly Descriptor[] = isIndex(manifest) ? [] : manifest.layers;
  const answers: (readonly LayerEntry<Reading>[])[] = [];
  for (const { digest } of all.filter(isLayer)) {
    const file = files.get(digest);
    if (!file) continue;
    const answer = await layers.ask(file, digest, PACKAGE_QUESTION).catch((error: unknown) => {
      throw new Problem('IMAGE_UNUSABLE', `${what} for ${arch}: its layer ${digest}: ${reasonOf(error)}`, {
        hint: 'no board could unpack it: build the image again, or pin another one',
        cause: error,
      });
    });
    answers.push(answer);
  }
  const found = packagesIn(answers);
  const others = all
    .filter((one) => !isLayer(one))
    .map(({ mediaType, digest }) => `${digest} (${mediaType})`);
  return { ...found, unread: [...found.unread, ...others] };
};

/**
 * What the images of a bundle have installed, each for its architecture. Throws IMAGE_UNUSABLE for every one with a layer that
 * cannot be unpacked, all at once.
 */
export const packagesOfImages = async (of: ReadPackages): Promise<PackagesByImage> => {
  const files = new Map(of.blobs.map(({ item, file }) => [item.digest as string, file]));
  const found = new Map<string, ImagePackages>();
  const problems: unknown[] = [];
  for (const image of of.blobs) {
    if (image.item.role !== 'image' || image.item.arch === 'any') continue;
    await packagesOf(image, files, of).then(
      (packages) => found.set(imageKey(image.item), packages),
      (problem: unknown) => problems.push(problem),
    );
  }
  if (problems.length > 0) throw new AggregateError(problems);
  return found;
};
