import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { execa } from 'execa';

/** A platform as an index names it. */
export interface Platform {
  readonly architecture: string;
  readonly variant?: string;
}

const sha256 = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** A layer: a tar of files with their content, and its compressed form. */
export interface Layer {
  readonly tar: Buffer;
  readonly blob: Buffer;
  readonly digest: string;
}

/** Packs what lies in a folder, below a path of it, into a layer. */
const pack = async (folder: string, path: string): Promise<Layer> => {
  const packed = await execa('tar', ['-C', folder, '--owner=0', '--group=0', '-cf', '-', path], {
    encoding: 'buffer',
    maxBuffer: 256 * 1024 * 1024,
  });
  const tar = Buffer.from(packed.stdout);
  const blob = gzipSync(tar);
  return { tar, blob, digest: sha256(blob) };
};

/** Makes a layer of one program of this machine, in /usr/bin, and of the libraries that it needs. */
export const programLayer = async (program: string, libraries: readonly string[] = []): Promise<Layer> => {
  const folder = mkdtempSync(join(tmpdir(), 'edgectl-layer-'));
  const put = (file: string, into: string) => {
    mkdirSync(join(folder, into), { recursive: true });
    copyFileSync(file, join(folder, into, basename(file)));
    chmodSync(join(folder, into, basename(file)), 0o755);
  };
  put(program, 'usr/bin');
  for (const library of libraries) put(library, 'usr/lib/x86_64-linux-gnu');
  const layer = await pack(folder, 'usr');
  rmSync(folder, { recursive: true });
  return layer;
};

/** Makes a layer of one file; random content cannot be squeezed. */
export const layerOf = async (path: string, content: string | number): Promise<Layer> => {
  const folder = mkdtempSync(join(tmpdir(), 'edgectl-layer-'));
  writeFileSync(join(folder, path), typeof content === 'number' ? randomBytes(content) : content);
  const layer = await pack(folder, path);
  rmSync(folder, { recursive: true });
  return layer;
};

/** Pushes an image: an index over platforms, or one manifest when there is only one and no index is wanted. Gives its digest there. */
export const pushImage = async (of: {
  readonly to: string;
  readonly images: readonly { readonly platform: Platform; readonly layers: readonly Layer[] }[];
  readonly index: boolean;
  readonly format?: 'oci' | 'v2s2';
}): Promise<`sha256:${string}`> => {
  const folder = mkdtempSync(join(tmpdir(), 'edgectl-image-'));
  mkdirSync(join(folder, 'blobs/sha256'), { recursive: true });
  const put = (mediaType: string, content: Buffer | object) => {
    const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
    const digest = sha256(bytes);
    writeFileSync(join(folder, 'blobs', digest.replace(':', '/')), bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const oci = (kind: string) => `application/vnd.oci.image.${kind}`;
  const manifests = of.images.map(({ platform, layers }) => {
    const config = put(oci('config.v1+json'), {
      ...platform,
      os: 'linux',
      config: { Cmd: ['/hello'] },
      rootfs: { type: 'layers', diff_ids: layers.map(({ tar }) => sha256(tar)) },
    });
    const manifest = put(oci('manifest.v1+json'), {
      schemaVersion: 2,
      mediaType: oci('manifest.v1+json'),
      config,
      layers: layers.map(({ blob }) => put(oci('layer.v1.tar+gzip'), blob)),
    });
    return { ...manifest, platform: { ...platform, os: 'linux' } };
  });
  const index = { schemaVersion: 2, mediaType: oci('index.v1+json'), manifests };
  const root = of.index ? put(oci('index.v1+json'), index) : manifests[0];
  const named = { ...root, annotations: { 'org.opencontainers.image.ref.name': 'it' } };
  writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [named] }));
  const digestFile = join(folder, 'digest');
  await execa('skopeo', [
    '--insecure-policy',
    'copy',
    '--quiet',
    ...(of.index ? ['--all'] : []),
    ...(of.format ? ['--format', of.format] : []),
    '--dest-tls-verify=false',
    '--digestfile',
    digestFile,
    `oci:${folder}:it`,
    `docker://${of.to}`,
  ]);
  const digest = readFileSync(digestFile, 'utf8').trim();
  rmSync(folder, { recursive: true });
  return digest as `sha256:${string}`;
};
