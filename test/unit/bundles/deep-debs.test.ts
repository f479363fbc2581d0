import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyBundle } from '../../../src/actions/bundle-verify.ts';
import { bundleAt } from '../../../src/adapters/bundle/bundle-at.ts';
import { bundleWriter } from '../../../src/adapters/bundle/bundle-writer.ts';
import { bundleTarWriter } from '../../../src/adapters/bundle/tar-writer.ts';
import { debReader } from '../../../src/adapters/debian/deb-reader.ts';
import { layerReader } from '../../../src/adapters/layers/layers.ts';
import { indexText, OCI_LAYOUT } from '../../../src/domain/bundles/layout.ts';
import { type BundleItem, manifestText } from '../../../src/domain/bundles/manifest.ts';
import { digest } from '../../../src/support/digest.ts';
import { controlText, debOf } from '../../support/deb.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'edgectl-deep-debs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const site = () => join(folder, 'site');

interface Deb {
  readonly what: string;
  readonly arch: BundleItem['arch'];
  readonly bytes: Buffer;
}

/** An unsigned bundle of packages. */
const write = async (debs: readonly Deb[], writer = bundleWriter) => {
  const texts = { 'index.json': indexText([]), 'oci-layout': OCI_LAYOUT };
  const text = manifestText({
    format: 1,
    name: 'site',
    serial: 1,
    created: '2026-11-22',
    contents: debs.map(({ what, arch, bytes }) => ({
      what,
      role: 'deb',
      arch,
      digest: digest(bytes),
      size: bytes.length,
    })),
    parts: Object.entries(texts).map(([path, of]) => ({ path, digest: digest(of), size: of.length })),
  });
  const blobs = new Map(
    debs.map(({ what, bytes }) => [
      digest(bytes),
      { digest: digest(bytes), name: what, file: { pieces: [{ bytes }], size: bytes.length } },
    ]),
  );
  await writer.write(
    site(),
    { texts: { ...texts, 'bundle.json': text }, blobs: [...blobs.values()] },
    () => {},
  );
};

const look = async () => {
  const progress: number[] = [];
  const { problems, verified } = await verifyBundle(
    bundleAt(site()),
    { keys: [], allowUnsigned: true, today: '2026-11-22' },
    undefined,
    () => {},
    {
      layers: layerReader(join(folder, 'cache')),
      debs: debReader(join(folder, 'cache')),
      meter: () => (done, total) => progress.push(done / total),
    },
  );
  if (verified.debs) expect(progress.at(-1)).toBe(1);
  return { faults: problems.map(({ message }) => message.replace(`${site()}: `, '')), debs: verified.debs };
};

const ONE = debOf(controlText('one', '1', 'all'));
const TWO = debOf(controlText('two', '2-1', 'arm64'), { files: { './usr/bin/two': 'two' } });
const one = (arch: BundleItem['arch']) => ({ what: 'one_1_all.deb', arch, bytes: ONE });
const two: Deb = { what: 'two_2-1_arm64.deb', arch: 'arm64', bytes: TWO };

describe('the packages of a bundle that is looked into deeply', () => {
  it.each([
    ['a folder', bundleWriter],
    ['one file', bundleTarWriter],
  ])('are what bundle.json says, in %s', async (_, writer) => {
    await write([one('amd64'), one('arm64'), two], writer);
    expect(await look()).toEqual({ faults: [], debs: 2 });
  });

  it('are each blamed by their names, for all that is wrong, at once', async () => {
    const cut = TWO.subarray(0, TWO.length - 2);
    await write([
      { ...one('amd64'), what: 'one_1.1_all.deb' },
      { what: 'three_3_arm64.deb', arch: 'arm64', bytes: cut },
      { ...two, what: 'too_2-1_arm64.deb' },
    ]);
    expect((await look()).faults).toEqual([
      `one_1.1_all.deb (${digest(ONE)}): its control file says Version 1, bundle.json says 1.1`,
      `three_3_arm64.deb (${digest(cut)}) cannot be unpacked: it is cut off in data.tar.gz`,
      `too_2-1_arm64.deb (${digest(TWO)}): its control file says Package two, bundle.json says too`,
    ]);
  });

  it('are blamed once where their bytes are not what they were', async () => {
    await write([two]);
    writeFileSync(join(site(), 'blobs', digest(TWO).replace(':', '/')), Buffer.alloc(TWO.length));
    expect(await look()).toEqual({
      faults: [`the blob of two_2-1_arm64.deb (${digest(TWO)}) does not have its digest`],
      debs: 0,
    });
  });

  it('say once which program is missing, beside the faults that were found without it', async () => {
    const xz = (name: string) =>
      debOf(controlText(name, '1', 'arm64'), { dataTar: ['data.tar.xz', Buffer.alloc(9)] });
    await write([
      { what: 'x_1_arm64.deb', arch: 'arm64', bytes: xz('x') },
      { what: 'y_1_arm64.deb', arch: 'arm64', bytes: xz('y') },
      { ...two, what: 'z_2-1_arm64.deb' },
    ]);
    const { PATH } = process.env;
    process.env['PATH'] = join(folder, 'none');
    try {
      expect((await look()).faults).toEqual([
        `z_2-1_arm64.deb (${digest(TWO)}): its control file says Package two, bundle.json says z`,
        'xz is not on this machine',
      ]);
    } finally {
      process.env['PATH'] = PATH;
    }
  });
});
