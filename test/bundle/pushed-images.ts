import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest } from '../../src/domain/bundles/manifest.ts';
import { layerOf, pushImage } from './make-image.ts';

const BIG = 3 << 20;
const amd64 = { architecture: 'amd64' };
const arm64 = { architecture: 'arm64', variant: 'v8' };
const armv7 = { architecture: 'arm', variant: 'v7' };

/** The images of these tests, by what they are for; those below `public/` are for everybody. */
export const PATHS = {
  many: 'public/many:1.0',
  docker: 'public/docker:1.0',
  single: 'public/single:2',
  secret: 'secret/app:3',
  other: 'public/other:1',
} as const;

/** Pushes them all: several architectures, the same in Docker's types, one architecture alone, and none of ours. */
export const pushImages = async (host: string) => {
  const shared = await layerOf('shared.txt', 'what all of them have');
  const big = await layerOf('big', BIG);
  const layersOf = async (name: string) => [shared, await layerOf('name', name)];
  const many = [
    { platform: amd64, layers: [...(await layersOf('amd64')), big] },
    { platform: armv7, layers: await layersOf('arm') },
    { platform: arm64, layers: await layersOf('arm64') },
  ];
  const ours = many.filter(({ platform }) => platform !== armv7);
  const to = (name: keyof typeof PATHS): string => `${host}/${PATHS[name]}`;
  const digests = {
    many: await pushImage({ to: to('many'), images: many, index: true }),
    docker: await pushImage({ to: to('docker'), images: ours, index: true, format: 'v2s2' }),
    single: await pushImage({
      to: to('single'),
      images: [{ platform: arm64, layers: [shared] }],
      index: false,
    }),
    other: await pushImage({ to: to('other'), images: [{ platform: armv7, layers: [shared] }], index: true }),
    secret: await pushImage({ to: to('secret'), images: many, index: true }),
  };
  /** What a file of pins says to have one of them from a registry. */
  const pin = (from: string, name: keyof typeof PATHS) => ({
    ref: `${from}/${PATHS[name]}@${digests[name]}`,
  });
  return { shared, big, digests, pin };
};

/** Settings of registries without TLS. */
export const plain = (...hosts: readonly string[]) =>
  Object.fromEntries(hosts.map((host) => [host, { plainHttp: true }]));

/** What a bundle says that it holds. */
export const manifestOf = (bundle: string) => {
  const manifest = readManifest(readFileSync(join(bundle, 'bundle.json'), 'utf8'));
  if (!manifest) throw new Error('no manifest');
  return manifest;
};

/** What is said when a bundle cannot be made. */
export const failing = (made: Promise<string>): Promise<string> =>
  made.then(
    () => 'it was made',
    (error: unknown) =>
      error instanceof AggregateError ? error.errors.map(String).join('\n') : String(error),
  );
