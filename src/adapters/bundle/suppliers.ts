import type { BundlePins } from '../../spec/bundle-pins.ts';
import { debReader } from '../debian/deb-reader.ts';
import { debianArchives } from '../debian/debian-archives.ts';
import { layerReader } from '../layers/layers.ts';
import { imageRegistry } from '../registry/image-registry.ts';
import { cachingFetcher } from '../release/fetcher.ts';
import { releaseSource } from '../release/release.ts';
import { layerEncoder } from '../zstd/layer-encoder.ts';

/**
 * Everybody from whom the content of a bundle comes. What is fetched and encoded is kept in `cache`; `environment` says where logins to
 * registries lie.
 */
export const suppliersOf = (
  { k3s, registries }: BundlePins['spec'],
  cache: string,
  environment: NodeJS.ProcessEnv,
) => {
  const fetcher = cachingFetcher(cache);
  return {
    fetcher,
    release: k3s && releaseSource({ ...k3s, fetcher }),
    registry: imageRegistry({ cache, registries, environment }),
    layers: layerReader(cache),
    archives: debianArchives(fetcher),
    debs: debReader(cache),
    encoder: layerEncoder(cache),
  };
};
