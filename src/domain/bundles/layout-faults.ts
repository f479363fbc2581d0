import { Problem } from '../../support/problem.ts';
import type { DocumentOf } from './image-faults.ts';
import {
  type Descriptor,
  type ImageIndex,
  type ImageManifest,
  isIndex,
  readImageManifest,
} from './image-manifest.ts';
import { offeredByIndex } from './image-platforms.ts';
import type { BundleItem, BundleManifest } from './manifest.ts';

const NAME = 'org.opencontainers.image.ref.name';

const nameOf = (entry: Descriptor): string => {
  const notes = entry['annotations'];
  const name = typeof notes === 'object' && notes !== null ? Reflect.get(notes, NAME) : undefined;
  return typeof name === 'string' ? name : '';
};

const layoutFaults = (text: string): readonly string[] => {
  try {
    if (JSON.parse(text).imageLayoutVersion === '1.0.0') return [];
  } catch {
    // What is no JSON has no version either.
  }
  return ['oci-layout is not of an OCI image layout 1.0.0'];
};

/** What a text is as a manifest, or why it is none. */
const understood = (name: string, text: string): ImageIndex | ImageManifest | string => {
  try {
    return readImageManifest(name, text);
  } catch (error) {
    if (error instanceof Problem) return error.message;
    throw error;
  }
};

/** Where index.json leads for one image is what bundle.json has of it: each architecture, and nothing else. */
const entryFaults = (
  entry: Descriptor,
  of: readonly BundleItem[],
  documentOf: DocumentOf,
): readonly string[] => {
  const name = nameOf(entry);
  const its = `index.json: ${name}: ${entry.digest}`;
  const item = of.find(({ digest }) => digest === entry.digest);
  if (!item) return [`${its} is not in bundle.json`];
  const faults: string[] = [];
  if (item.size !== entry.size) faults.push(`${its} has ${item.size} bytes, not ${entry.size}`);
  const text = documentOf(entry.digest);
  if (text === undefined) return faults;
  const found = understood(name, text);
  // The manifest of an architecture is looked at for itself, too.
  if (typeof found === 'string')
    return item.arch === 'any' ? [...faults, `${found} (${entry.digest})`] : faults;
  if (found.mediaType !== entry.mediaType)
    faults.push(`${its} is ${found.mediaType}, not ${entry.mediaType}`);
  const single = of.filter(({ arch }) => arch !== 'any');
  if (!isIndex(found)) {
    for (const { digest, arch } of single)
      if (digest !== entry.digest) faults.push(`${its} is not its manifest for ${arch}, ${digest}`);
    return faults;
  }
  const offered = offeredByIndex(found).arches;
  for (const { digest, arch } of single)
    if (arch !== 'any' && offered.get(arch)?.digest !== digest)
      faults.push(`${its} does not lead to its manifest for ${arch}, ${digest}`);
  for (const one of found.manifests)
    if (!single.some(({ digest, size }) => digest === one.digest && size === one.size))
      faults.push(`${its} leads to ${one.digest}, which is not in bundle.json`);
  return faults;
};

/**
 * What is wrong with `index.json` and `oci-layout`, by which other tools find the images of a bundle: they have to name the
 * images of bundle.json, each once. A text that is undefined is damaged, and nothing is said of it here.
 */
export const layoutOf = (
  { contents, images = [] }: BundleManifest,
  texts: { readonly index: string | undefined; readonly layout: string | undefined },
  documentOf: DocumentOf,
): readonly string[] => {
  const faults = texts.layout === undefined ? [] : [...layoutFaults(texts.layout)];
  if (texts.index === undefined) return faults;
  const index = understood('index.json', texts.index);
  if (typeof index === 'string') return [...faults, index];
  if (!isIndex(index)) return [...faults, 'index.json is no index'];
  for (const { name } of images) {
    const times = index.manifests.filter((entry) => nameOf(entry) === name).length;
    if (times !== 1) faults.push(`index.json names ${name} ${times} times`);
  }
  for (const entry of index.manifests) {
    const of = contents.filter(({ what, role }) => role === 'image' && what === nameOf(entry));
    if (images.some(({ name }) => name === nameOf(entry))) faults.push(...entryFaults(entry, of, documentOf));
    else faults.push(`index.json names "${nameOf(entry)}" (${entry.digest}), which bundle.json does not`);
  }
  return faults;
};
