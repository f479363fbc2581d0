import { type NamedLayer, readImages } from '../domain/bundles/image-faults.ts';
import { layoutOf } from '../domain/bundles/layout-faults.ts';
import type { BundleManifest } from '../domain/bundles/manifest.ts';
import type { Bundle, Progress } from '../ports/bundles.ts';
import type { Debs } from '../ports/deb-reader.ts';
import type { LayerForm, Layers } from '../ports/layer-reader.ts';
import type { LocalContent } from '../ports/source.ts';
import { digest as digestOf } from '../support/digest.ts';

/** Who looks into the images and packages of a bundle. `meter` measures each of the two in bytes. */
export interface LookDeeper {
  readonly layers: Layers;
  readonly debs: Debs;
  readonly meter: (says: string) => Progress;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const formOf = (mediaType: string): LayerForm => {
  if (/[+.]gzip$/.test(mediaType)) return 'gzip';
  return /[+.]zstd$/.test(mediaType) ? 'zstd' : 'none';
};

const WORDS: Readonly<Record<LayerForm, string>> = {
  gzip: 'packed by gzip',
  zstd: 'packed by zstd',
  none: 'not packed',
};

const layerFaults = (
  { of, digest, mediaType, diffId }: NamedLayer,
  found: { readonly diffId: string; readonly form: LayerForm } | Error,
): readonly string[] => {
  const its = `${of}: its layer ${digest}`;
  if (found instanceof Error) return [`${its} cannot be unpacked: ${found.message}`];
  return [
    ...(found.form === formOf(mediaType)
      ? []
      : [`${its} is ${WORDS[found.form]}, its manifest says ${mediaType}`]),
    ...(found.diffId === diffId
      ? []
      : [`${its} unpacks to ${found.diffId}, its configuration says ${diffId}`]),
  ];
};

/** The small files that are what the manifest says. */
const soundText = async (bundle: Bundle, { parts }: BundleManifest, name: string) => {
  const text = await bundle.text(name);
  const part = parts.find(({ path }) => path === name);
  return text !== undefined && part?.digest === digestOf(text) ? text : undefined;
};

/**
 * What is wrong inside the images of a bundle whose blobs `sound` are what their digests say: index.json against bundle.json,
 * manifests and configurations against each other, and every layer, unpacked, against its diff id. A text for each fault, with
 * the names of the image and of the blob. Gives the number of layers that were unpacked, too.
 */
export const imagesFaults = async (
  bundle: Bundle,
  manifest: BundleManifest,
  sound: ReadonlySet<string>,
  { layers, meter }: LookDeeper,
): Promise<{ readonly faults: readonly string[]; readonly layers: number }> => {
  const faults: string[] = [];
  const documents = new Map<string, string>();
  for (const { what, role, digest } of manifest.contents) {
    const isDocument = role === 'image' || role === 'image-config';
    const content = isDocument && sound.has(digest) ? await bundle.blob(digest) : undefined;
    if (!content || documents.has(digest)) continue;
    await layers.text(content).then(
      (text) => documents.set(digest, text),
      (error: unknown) => faults.push(`${what}: ${digest}: ${reasonOf(error)}`),
    );
  }
  const documentOf = (digest: string) => documents.get(digest);
  const images = readImages(manifest, documentOf);
  const texts = {
    index: await soundText(bundle, manifest, 'index.json'),
    layout: await soundText(bundle, manifest, 'oci-layout'),
  };
  faults.push(...layoutOf(manifest, texts, documentOf), ...images.faults);

  const contents = new Map<string, LocalContent>();
  for (const { digest } of images.layers) {
    const content = sound.has(digest) ? await bundle.blob(digest) : undefined;
    if (content) contents.set(digest, content);
  }
  const total = [...contents.values()].reduce((sum, { size }) => sum + size, 0);
  const progress = meter('unpack');
  let before = 0;
  for (const [digest, content] of contents) {
    const found = await layers
      .diffId(content, (done) => progress(before + done, total))
      .catch((error: unknown) => new Error(reasonOf(error)));
    for (const layer of images.layers) if (layer.digest === digest) faults.push(...layerFaults(layer, found));
    before += content.size;
  }
  return { faults: [...new Set(faults)], layers: contents.size };
};
