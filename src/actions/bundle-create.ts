import { DEB_INDEX } from '../domain/bundles/contents.ts';
import { indexText, OCI_LAYOUT } from '../domain/bundles/layout.ts';
import { archesOf, type BundleItem, type BundleManifest, manifestText } from '../domain/bundles/manifest.ts';
import { sbomText } from '../domain/bundles/sbom.ts';
import { readSigningKey, signatureText } from '../domain/bundles/signature.ts';
import { debIndexText } from '../domain/debian/index-entry.ts';
import type { Bundle, BundleWriter, Fetcher, NewBundle, Progress } from '../ports/bundles.ts';
import type { Debs } from '../ports/deb-reader.ts';
import type { DebianArchives } from '../ports/debian-archives.ts';
import type { ImageRegistry } from '../ports/image-registry.ts';
import type { Layers } from '../ports/layer-reader.ts';
import type { LayerEncoder } from '../ports/layers.ts';
import type { Patcher } from '../ports/patcher.ts';
import type { LocalContent, Source } from '../ports/source.ts';
import type { BundlePins } from '../spec/bundle-pins.ts';
import { ARCHES, type Arch } from '../support/arch.ts';
import { type Digest, digest } from '../support/digest.ts';
import { Problem } from '../support/problem.ts';
import { licencesInDebs } from './bundle-deb-licences.ts';
import { bringDebs } from './bundle-debs.ts';
import { type DeltaSums, deltaBundle } from './bundle-delta.ts';
import { bringImages } from './bundle-images.ts';
import { packagesOfImages } from './bundle-packages.ts';

/** What a bundle is made from, and with what. */
export interface CreateBundle {
  readonly pins: BundlePins;
  /** The architectures to bring; absent: what the k3s source has. */
  readonly arches: readonly Arch[] | undefined;
  readonly path: string;
  /** Signs the bundle; absent: it stays unsigned. */
  readonly key: { readonly pem: string; readonly file: string; readonly passphrase?: string } | undefined;
  readonly fetcher: Fetcher;
  readonly release: Source | undefined;
  readonly registry: ImageRegistry;
  readonly layers: Layers;
  readonly archives: DebianArchives;
  readonly debs: Debs;
  readonly encoder: LayerEncoder;
  /** Milliseconds since 1970: releases of archives expire. */
  readonly now: number;
  readonly writer: BundleWriter;
  /** The bundle to make a delta against, and who makes it; absent: the bundle is whole. */
  readonly base?: { readonly bundle: Bundle; readonly patcher: Patcher } | undefined;
  readonly tell: (says: string) => void;
  readonly progress: Progress;
  /** How far another long step is; absent: nobody is told. */
  readonly meter?: (says: string) => Progress;
}

/** What `bundle create` prints as JSON. Sizes are bytes. */
export interface CreatedBundle {
  readonly path: string;
  readonly name: string;
  readonly serial: number;
  readonly digest: Digest;
  readonly signed: boolean;
  readonly blobs: number;
  readonly size: number;
  readonly changes: number;
  /** What it is a delta of. */
  readonly delta?: DeltaSums;
}

interface Brought {
  readonly item: BundleItem;
  readonly file: LocalContent;
}

const bring = async (
  item: Omit<BundleItem, 'size'>,
  { tell }: CreateBundle,
  fetch: () => Promise<LocalContent>,
): Promise<Brought> => {
  tell(`fetch ${item.what}${item.arch === 'any' ? '' : ` for ${item.arch}`}`);
  const file = await fetch();
  return { item: { ...item, size: file.size }, file };
};

const k3sOf = async (of: CreateBundle): Promise<readonly Brought[]> => {
  const { pins, release, arches } = of;
  const { k3s } = pins.spec;
  if (!k3s || !release) return [];
  const offered = await release.release();
  const wanted = arches ?? ARCHES.filter((arch) => offered[arch]);
  const lacking = wanted.filter((arch) => !offered[arch]);
  if (lacking.length > 0)
    throw new Problem(
      'ARCH_NOT_IN_SOURCE',
      `${k3s.source} has no k3s ${k3s.version} for ${lacking.join(' and ')}`,
    );
  const brought: Brought[] = [];
  for (const arch of wanted)
    for (const [role, file] of [
      ['k3s-binary', offered[arch]?.binary],
      ['k3s-images', offered[arch]?.images],
    ] as const) {
      if (!file) continue;
      const content = { name: file.name, digest: `sha256:${file.sha256}` as const };
      brought.push(
        await bring({ what: file.name, role, arch, digest: content.digest }, of, () =>
          release.fetch(content),
        ),
      );
    }
  return brought;
};

const filesOf = async (of: CreateBundle): Promise<readonly Brought[]> => {
  const brought: Brought[] = [];
  for (const { name, role, arch, sha256, source } of of.pins.spec.files) {
    if (arch !== 'any' && of.arches && !of.arches.includes(arch)) continue;
    const item = { what: name, role, arch, digest: `sha256:${sha256}` as const };
    brought.push(await bring(item, of, () => of.fetcher.fetch(source, item.digest)));
  }
  return brought;
};

const itemsOf = (brought: readonly Brought[]): readonly BundleItem[] => brought.map(({ item }) => item);

const sizeOf = (text: string): number => Buffer.byteLength(text);

/** Fetches what the pins name, and writes the bundle: the same pins give the same bytes, wherever and whenever. */
export const createBundle = async (of: CreateBundle): Promise<CreatedBundle> => {
  const { name, serial, created } = of.pins.metadata;
  const key = of.key && readSigningKey(of.key.pem, of.key.file, of.key.passphrase);
  const meter = of.meter ?? (() => () => {});
  const ofK3s = await k3sOf(of);
  const { k3s } = of.pins.spec;
  const files = await filesOf(of);
  const images = await bringImages({
    ...of,
    images: of.pins.spec.images,
    arches: of.arches ?? (k3s && archesOf({ contents: itemsOf(ofK3s) })),
    atLeast: archesOf({ contents: itemsOf(files) }),
    meter,
  });
  const debs = await bringDebs(of.pins.spec.debs, of);
  const brought = [...ofK3s, ...files, ...images.blobs, ...debs];
  const plain = {
    format: 1 as const,
    name,
    serial,
    created,
    ...(k3s ? { k3s: { version: k3s.version } } : {}),
    ...(images.images.length > 0 ? { images: images.images } : {}),
    contents: itemsOf(brought),
  };
  const packages = await packagesOfImages({ ...of, blobs: images.blobs });
  const licences = await licencesInDebs(debs, of.debs, meter('look for licences'));
  const texts = {
    'index.json': indexText(images.layout),
    'oci-layout': OCI_LAYOUT,
    'sbom.cdx.json': sbomText(plain, packages, licences),
    ...(debs.length > 0 ? { [DEB_INDEX]: debIndexText(debs.map(({ entry }) => entry)) } : {}),
  };
  const manifest: BundleManifest = {
    ...plain,
    parts: Object.entries(texts).map(([path, text]) => ({ path, digest: digest(text), size: sizeOf(text) })),
  };
  const text = manifestText(manifest);
  const all = new Map(
    brought.map(({ item, file }) => [item.digest, { digest: item.digest, file, name: item.what }]),
  );
  const whole: NewBundle = {
    texts: {
      ...texts,
      'bundle.json': text,
      ...(key ? { 'bundle.json.sig': signatureText(text, key) } : {}),
    },
    blobs: [...all.values()],
  };
  const { base, encoder, tell } = of;
  const made = base
    ? await deltaBundle(whole, manifest, images.layers, {
        base: base.bundle,
        patcher: base.patcher,
        encoder: encoder.name,
        tell,
        meter,
      })
    : { bundle: whole };
  const wrote = await of.writer.write(of.path, made.bundle, of.meter?.('write') ?? of.progress);
  const { blobs } = made.bundle;
  return {
    path: of.path,
    name,
    serial,
    digest: digest(text),
    signed: key !== undefined,
    blobs: blobs.length,
    size: blobs.reduce((sum, { file }) => sum + file.size, 0),
    changes: wrote === 'written' ? 1 : 0,
    ...('sums' in made ? { delta: made.sums } : {}),
  };
};
