import * as z from 'zod';
import { DigestText } from '../../spec/digest-text.ts';
import type { Digest } from '../../support/digest.ts';
import { Problem } from '../../support/problem.ts';

/** The media type of an OCI image index. */
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
/** The media type of an OCI image manifest. */
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

const INDEX_TYPES = [OCI_INDEX, 'application/vnd.docker.distribution.manifest.list.v2+json'] as const;
const MANIFEST_TYPES = [OCI_MANIFEST, 'application/vnd.docker.distribution.manifest.v2+json'] as const;

const Descriptor = z.looseObject({
  mediaType: z.string().max(255),
  digest: DigestText,
  size: z.int().nonnegative(),
  platform: z
    .looseObject({ architecture: z.string(), os: z.string(), variant: z.string().optional() })
    .optional(),
});

const Index = z.looseObject({
  schemaVersion: z.literal(2),
  manifests: z.array(Descriptor),
  mediaType: z.enum(INDEX_TYPES).default(OCI_INDEX),
});

const Manifest = z.looseObject({
  schemaVersion: z.literal(2),
  config: Descriptor,
  layers: z.array(Descriptor),
  mediaType: z.enum(MANIFEST_TYPES).default(MANIFEST_TYPES[0]),
});

const Config = z.object({ architecture: z.string(), os: z.string(), variant: z.string().optional() });
const Unpacked = z.object({ rootfs: z.object({ diff_ids: z.array(DigestText) }) });

/** Where content is: its digest, its size in bytes, what it is, and for which machines. Other keys are kept. */
export type Descriptor = Readonly<z.infer<typeof Descriptor>>;

/** Manifests of one image, one a platform (OCI image index 1.0, or Docker's manifest list). */
export type ImageIndex = Readonly<z.infer<typeof Index>>;

/** One image for one platform (OCI image manifest 1.0, or Docker's schema 2). */
export type ImageManifest = Readonly<z.infer<typeof Manifest>>;

/** What machines an image is for, as its configuration says. */
export type ImagePlatform = Readonly<z.infer<typeof Config>>;

const unusable = (name: string, why: string, cause?: unknown): Problem =>
  new Problem('IMAGE_UNUSABLE', `${name}: ${why}`, {
    hint: 'edgectl brings images and indexes of OCI 1.0 and of Docker (schema 2) with sha256 digests',
    cause,
  });

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/**
 * Reads what a registry has as a manifest of `name`; throws IMAGE_UNUSABLE. A text that could be read as both an index
 * and an image is refused, or two programs would see two things in it (CVE-2021-41190).
 */
export const readImageManifest = (name: string, text: string): ImageIndex | ImageManifest => {
  const value = parsed(text);
  if (typeof value !== 'object' || value === null) throw unusable(name, 'its manifest is no JSON');
  const isIndex = 'manifests' in value;
  if (isIndex && ('layers' in value || 'config' in value))
    throw unusable(name, 'its manifest is an index and an image at once');
  const read = isIndex ? Index.safeParse(value) : Manifest.safeParse(value);
  if (read.success) return read.data;
  const old = 'schemaVersion' in value && value.schemaVersion === 1;
  throw unusable(
    name,
    old ? 'it is of the old format of Docker, schema 1' : 'its manifest is not understood',
    read.error,
  );
};

/** Whether a manifest is an index. */
export const isIndex = (manifest: ImageIndex | ImageManifest): manifest is ImageIndex =>
  'manifests' in manifest;

const LAYER =
  /^application\/vnd\.(oci\.image\.layer\.(nondistributable\.)?v1\.tar(\+gzip|\+zstd)?|docker\.image\.rootfs\.(foreign\.)?diff\.tar(\.gzip|\.zstd)?)$/;

/** Whether a part of an image is a layer of a file system; other things are carried as they are. */
export const isLayer = ({ mediaType }: Descriptor): boolean => LAYER.test(mediaType);

/** The platform in an image's configuration; throws IMAGE_UNUSABLE when it says none, as artifacts that are no images do. */
export const readImagePlatform = (name: string, text: string): ImagePlatform => {
  const read = Config.safeParse(parsed(text));
  if (read.success) return read.data;
  throw unusable(name, 'its configuration names no platform, so it is no image', read.error);
};

/** The digests of an image's layers when they are unpacked, in their order; throws IMAGE_UNUSABLE when the configuration has none. */
export const readDiffIds = (name: string, text: string): readonly Digest[] => {
  const read = Unpacked.safeParse(parsed(text));
  if (read.success) return read.data.rootfs.diff_ids;
  throw unusable(name, 'its configuration does not say what its layers unpack to', read.error);
};
