import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBundle } from '../../src/actions/bundle-create.ts';
import { bundleWriter } from '../../src/adapters/bundle/bundle-writer.ts';
import { suppliersOf } from '../../src/adapters/bundle/suppliers.ts';
import { bundleTarWriter } from '../../src/adapters/bundle/tar-writer.ts';
import { newSigningKey } from '../../src/adapters/pki/signing-key.ts';
import type { BundlePins } from '../../src/spec/bundle-pins.ts';
import type { Arch } from '../../src/support/arch.ts';

/** The version of k3s that small bundles have. */
export const VERSION = 'v1.34.2+k3s1';

/** The sha256 of a text in hex. */
export const sha = (content: string): string => createHash('sha256').update(content).digest('hex');

/** What a small bundle differs in from the usual one. */
export interface SmallBundle {
  readonly serial?: number;
  readonly arches?: readonly Arch[];
  /** The content of its one model. */
  readonly model?: string;
  /** One tar file in place of a folder. */
  readonly file?: boolean;
  /** Without a signature. */
  readonly unsigned?: boolean;
}

/** Writes a k3s release of a few bytes into a new folder. */
export const writeSmallRelease = (folder: string): void => {
  mkdirSync(folder);
  for (const [arch, name] of [
    ['amd64', 'k3s'],
    ['arm64', 'k3s-arm64'],
  ] as const) {
    const images = `k3s-airgap-images-${arch}.tar.zst`;
    writeFileSync(join(folder, name), `program ${arch}`);
    writeFileSync(join(folder, images), `images ${arch}`);
    const list = `${sha(`program ${arch}`)}  ${name}\n${sha(`images ${arch}`)}  ${images}\n`;
    writeFileSync(join(folder, `sha256sum-${arch}.txt`), list);
  }
};

/** A folder of the machine in which small bundles are made, from a k3s release of a few bytes. */
export const bundleYard = () => {
  const folder = mkdtempSync(join(tmpdir(), 'edgectl-bundles-'));
  const at = (...path: readonly string[]): string => join(folder, ...path);
  const key = newSigningKey();
  writeSmallRelease(at('release'));

  const make = async (name: string, of: SmallBundle = {}): Promise<string> => {
    const { serial = 1, model = 'a model' } = of;
    writeFileSync(at('model.onnx'), model);
    const pins: BundlePins = {
      apiVersion: 'edgectl/v1',
      kind: 'BundlePins',
      metadata: { name: 'site', serial, created: '2026-11-22' },
      spec: {
        k3s: { version: VERSION, source: at('release') },
        files: [
          { name: 'model.onnx', source: at('model.onnx'), sha256: sha(model), arch: 'any', role: 'model' },
        ],
        images: [],
        registries: {},
        debs: [],
      },
    };
    await createBundle({
      pins,
      arches: of.arches,
      path: at(name),
      key: of.unsigned ? undefined : { pem: key.pem, file: 'release.key' },
      ...suppliersOf(pins.spec, at('cache'), {}),
      now: 0,
      writer: of.file ? bundleTarWriter : bundleWriter,
      tell: () => {},
      progress: () => {},
    });
    return at(name);
  };

  return {
    folder,
    at,
    make,
    publicKey: key.publicKey,
    trust: {
      keys: [{ id: 'release', publicKey: key.publicKey }],
      allowUnsigned: false,
      today: '2026-11-22',
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
};
