import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBundle } from '../../../src/actions/bundle-create.ts';
import { bundleSource } from '../../../src/actions/bundle-source.ts';
import { verifyBundle } from '../../../src/actions/bundle-verify.ts';
import { bundleAt } from '../../../src/adapters/bundle/bundle-at.ts';
import { bundleWriter } from '../../../src/adapters/bundle/bundle-writer.ts';
import { suppliersOf } from '../../../src/adapters/bundle/suppliers.ts';
import { readContent } from '../../../src/adapters/files/content.ts';
import { newSigningKey } from '../../../src/adapters/pki/signing-key.ts';
import { readBundlePins } from '../../../src/spec/bundle-pins.ts';
import { isProblems } from '../../../src/support/problem.ts';
import { sha, VERSION, writeSmallRelease } from '../../support/small-bundle.ts';

const { pem, publicKey } = newSigningKey();

let folder = '';
const at = (...path: readonly string[]) => join(folder, ...path);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  writeSmallRelease(at('release'));
  writeFileSync(at('model.onnx'), 'a model');
});
afterEach(() => rmSync(folder, { recursive: true }));

const pinsOf = (serial: number) => {
  const pins = readBundlePins(
    `apiVersion: edgectl/v1
kind: BundlePins
metadata: { name: site, serial: ${serial}, created: 2026-11-22 }
spec:
  k3s: { version: ${VERSION}, source: release }
  files: [{ name: model.onnx, source: model.onnx, sha256: ${sha('a model')}, role: model }]
`,
    'pins.yaml',
    folder,
  );
  if (isProblems(pins)) throw pins.problems[0];
  return pins;
};

const create = (name: string, of: { serial?: number; arches?: readonly ('amd64' | 'arm64')[] } = {}) => {
  const pins = pinsOf(of.serial ?? 1);
  return createBundle({
    pins,
    arches: of.arches,
    path: at(name),
    key: { pem, file: 'release.key' },
    ...suppliersOf(pins.spec, at('cache'), {}),
    now: 0,
    writer: bundleWriter,
    tell: () => {},
    progress: () => {},
  });
};

const trust = { keys: [{ id: 'release', publicKey }], allowUnsigned: false, today: '2026-11-22' };
const verify = async (name: string, arches?: readonly ('amd64' | 'arm64')[]) => {
  const { problems } = await verifyBundle(bundleAt(at(name)), trust, arches, () => {});
  return problems.map(({ message }) => message.replaceAll(folder, ''));
};
const blob = (name: string, content: string) => at(name, 'blobs/sha256', sha(content));
const filesIn = (name: string) =>
  Object.fromEntries(
    readdirSync(at(name), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'utf8')]),
  );

describe('a bundle', () => {
  it('is made whole, and byte for byte the same from the same pins', async () => {
    expect(await create('one')).toMatchObject({ blobs: 5, signed: true, changes: 1 });
    await create('two');
    expect(filesIn('one')).toEqual(filesIn('two'));
    expect(await verify('one')).toEqual([]);
    expect(await create('one')).toMatchObject({ changes: 0 });
  });

  it('is never written over another one, and leaves nothing half-written', async () => {
    await create('one');
    await expect(create('one', { serial: 2 })).rejects.toThrow('is there already, and is not this bundle');
    appendFileSync(at('release/k3s'), ' damaged');
    await expect(create('three')).rejects.toThrow('its publisher says');
    expect(readdirSync(folder).filter((name) => name.includes('three'))).toEqual([]);
  });

  it('brings the architectures asked for, and says which it lacks', async () => {
    await create('arm', { arches: ['arm64'] });
    expect(existsSync(blob('arm', 'program amd64'))).toBe(false);
    expect(await verify('arm')).toEqual([]);
    expect(await verify('arm', ['amd64', 'arm64'])).toEqual([
      '/arm: missing: the k3s program for amd64',
      '/arm: missing: the images of k3s for amd64',
    ]);
  });

  it('names every blob and file that is not what it was', async () => {
    await create('one');
    writeFileSync(blob('one', 'program amd64'), 'PROGRAM amd64');
    writeFileSync(blob('one', 'images amd64'), 'cut');
    rmSync(blob('one', 'a model'));
    renameSync(at('one/sbom.cdx.json'), at('sbom'));
    appendFileSync(at('one/index.json'), ' ');
    writeFileSync(blob('one', 'a stranger'), 'a stranger');
    expect(await verify('one')).toEqual([
      '/one: index.json was changed',
      '/one: sbom.cdx.json is missing',
      `/one: the blob of k3s (sha256:${sha('program amd64')}) does not have its digest`,
      `/one: the blob of k3s-airgap-images-amd64.tar.zst (sha256:${sha('images amd64')}) has 3 bytes instead of 12`,
      `/one: the blob of model.onnx (sha256:${sha('a model')}) is missing`,
      `/one: the blob sha256:${sha('a stranger')} is not in bundle.json`,
    ]);
  });

  it('is refused before anything is read of it when its manifest was changed', async () => {
    await create('one');
    const text = readFileSync(at('one/bundle.json'), 'utf8');
    writeFileSync(at('one/bundle.json'), text.replace('"serial": 1', '"serial": 9'));
    await expect(verify('one')).rejects.toThrow('it was changed afterwards');
  });
});

describe('a bundle as the source of k3s', () => {
  const source = (version = VERSION) => bundleSource(bundleAt(at('one')), version, trust);

  it('gives its release, and blobs that are what they should be', async () => {
    await create('one');
    const release = await source().release();
    expect(release.arm64?.binary).toEqual({ name: 'k3s-arm64', sha256: sha('program arm64') });
    const content = { name: 'k3s', digest: `sha256:${sha('program amd64')}` };
    expect(await textOf(readContent(await source().fetch(content)))).toBe('program amd64');
    writeFileSync(blob('one', 'program amd64'), 'PROGRAM amd64');
    await expect(source().fetch(content)).rejects.toThrow('the blob of k3s has the digest');
  });

  it('is refused when it has another version, or its signature does not count', async () => {
    await create('one');
    await expect(source('v1.35.0+k3s1').release()).rejects.toThrow(
      `has k3s ${VERSION}, the cluster file wants v1.35.0+k3s1`,
    );
    rmSync(at('one/bundle.json.sig'));
    await expect(source().release()).rejects.toThrow('it is not signed');
  });
});
