import { readFile } from 'node:fs/promises';
import type { ImageContent, ImageRegistry } from '../../ports/image-registry.ts';
import type { LocalFile } from '../../ports/source.ts';
import { type ImageRef, imageName } from '../../spec/image-ref.ts';
import { Problem } from '../../support/problem.ts';
import { contentCache, type Open } from '../files/content-cache.ts';
import { isPassing } from '../http/failure.ts';
import { getSteadily, rangeFrom, sourceFrom } from '../http/steadily.ts';
import { type Endpoint, endpointsOf, type Reach } from './endpoint.ts';
import { nobodyGave } from './failure.ts';

// A mirror leaves somebody else to ask.
const TRIES = { mirror: 2, registry: 4 } as const;
const MOST_DOCUMENT = 4 << 20;
const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** Opens content at an endpoint; a manifest comes whole, a blob from where an earlier try ended. */
const opening =
  (at: Endpoint, { repository }: ImageRef, kind: 'manifests' | 'blobs', digest: string): Open =>
  async (have) => {
    const from = kind === 'blobs' ? have : 0;
    const answer = await at.get(repository, `${kind}/${digest}`, {
      ...(kind === 'manifests' ? { accept: MANIFESTS } : {}),
      ...rangeFrom(from),
    });
    return sourceFrom(answer, from);
  };

/**
 * Images from OCI registries (Distribution API 1.1), or from mirrors of them, into a cache by digest. A pin is a digest,
 * so what is in the cache needs no registry at all.
 */
export const imageRegistry = (of: Reach & { readonly cache: string }): ImageRegistry => {
  const cache = contentCache(of.cache);
  const known = new Map<string, readonly Endpoint[]>();
  const silent = new Set<Endpoint>();

  const endpoints = (registry: string): readonly Endpoint[] => {
    const found = known.get(registry) ?? endpointsOf(registry, of);
    known.set(registry, found);
    return found.filter((each) => !silent.has(each));
  };

  const from = async (
    at: Endpoint,
    image: ImageRef,
    kind: 'manifests' | 'blobs',
    content: ImageContent & { readonly atMost?: number },
  ): Promise<LocalFile> => {
    const open = opening(at, image, kind, content.digest);
    try {
      return await getSteadily(
        cache,
        { ...content, from: 'what it sent' },
        open,
        TRIES[at.isMirror ? 'mirror' : 'registry'],
      );
    } catch (error) {
      if (at.isMirror && isPassing(error)) silent.add(at);
      throw error;
    }
  };

  const fetch = async (
    image: ImageRef,
    kind: 'manifests' | 'blobs',
    content: ImageContent & { readonly atMost?: number },
  ): Promise<LocalFile> => {
    const failures: { readonly host: string; readonly error: unknown }[] = [];
    for (const at of endpoints(image.registry))
      try {
        return await from(at, image, kind, content);
      } catch (error) {
        failures.push({ host: at.host, error });
      }
    throw nobodyGave(`${imageName(image)}, ${content.digest}`, failures);
  };

  const document = async (image: ImageRef, kind: 'manifests' | 'blobs', { digest, size }: ImageContent) => {
    if (size !== undefined && size > MOST_DOCUMENT)
      throw new Problem(
        'IMAGE_UNUSABLE',
        `${imageName(image)}: ${digest} has ${size} bytes, too many to read`,
      );
    const file = await fetch(image, kind, {
      digest,
      atMost: size ?? MOST_DOCUMENT,
      ...(size === undefined ? {} : { size }),
    });
    return { file, text: await readFile(file.path, 'utf8') };
  };

  return {
    manifest: (image, content) => document(image, 'manifests', content),
    config: (image, content) => document(image, 'blobs', content),
    layer: (image, { digest, size }) =>
      fetch(image, 'blobs', { digest, ...(size === undefined ? {} : { size }) }),
  };
};
