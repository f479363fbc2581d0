import { execFileSync } from 'node:child_process';
import { createCipheriv } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { applyDelta } from '../../src/actions/bundle-apply.ts';
import { copyBundle, splitInParts } from '../../src/actions/bundle-copy.ts';
import { createBundle } from '../../src/actions/bundle-create.ts';
import { bundleSource } from '../../src/actions/bundle-source.ts';
import { verifyBundle } from '../../src/actions/bundle-verify.ts';
import { bundleAt } from '../../src/adapters/bundle/bundle-at.ts';
import { bundleWriter, isThere } from '../../src/adapters/bundle/bundle-writer.ts';
import { bundleCopyWriter } from '../../src/adapters/bundle/copy-writer.ts';
import { splitBundle } from '../../src/adapters/bundle/split-bundle.ts';
import { suppliersOf } from '../../src/adapters/bundle/suppliers.ts';
import { bundleTarWriter } from '../../src/adapters/bundle/tar-writer.ts';
import { newSigningKey } from '../../src/adapters/pki/signing-key.ts';
import { ENCODER } from '../../src/adapters/zstd/encode.ts';
import { zstdPatcher } from '../../src/adapters/zstd/patcher.ts';
import { readDelta } from '../../src/domain/bundles/delta.ts';
import { readBundlePins } from '../../src/spec/bundle-pins.ts';
import { digest } from '../../src/support/digest.ts';
import { isProblems } from '../../src/support/problem.ts';
import { needPrograms } from '../lab/preflight.ts';
import { imageStore } from '../support/image-store.ts';

const { pem, publicKey } = newSigningKey();
const trust = { keys: [{ id: 'release', publicKey }], allowUnsigned: false, today: '2026-11-22' };
const MIB = 1 << 20;

/** Bytes that cannot be packed, the same for the same seed. */
const noise = (seed: number, size: number): Buffer =>
  createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16)).update(Buffer.alloc(size));
/** The same content with a few bytes put in and others changed, so that what follows has moved. */
const changed = (content: Buffer): Buffer => {
  const next = Buffer.concat([content.subarray(0, 1000), Buffer.from('put in'), content.subarray(1000)]);
  next.fill(7, MIB, MIB + 50);
  return next;
};

let folder = '';
let models: { readonly old: Buffer; readonly next: Buffer };
const at = (...path: readonly string[]) => join(folder, ...path);

beforeAll(async () => {
  await needPrograms([['zstd', 'zstd']]);
  const old = noise(1, 70 * MIB);
  models = { old, next: changed(old) };
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'delta-'));
  writeFileSync(at('model-1'), models.old);
  writeFileSync(at('model-2'), models.next);
  writeFileSync(at('small'), 'never changes');
});
afterEach(() => rmSync(folder, { recursive: true }));
afterAll(() => {
  models = { old: Buffer.alloc(0), next: Buffer.alloc(0) };
});

/** A layer of one file. */
const layerOf = (content: Buffer) => {
  writeFileSync(at('content'), content);
  const words = ['--owner=0', '--group=0', '--mode=644', '--mtime=@0', '-cf', '-', 'content'];
  const tar = execFileSync('tar', words, { cwd: folder, maxBuffer: 16 * MIB });
  return { tar, blob: gzipSync(tar) };
};

/** Makes the bundle of a serial: a model, a file, and an image of two layers, the upper of which changes. */
const create = async (serial: 1 | 2, name: string, of: { base?: string; file?: boolean } = {}) => {
  const store = imageStore(at('store'));
  const program = noise(2, 2 * MIB);
  const upper = serial === 1 ? program : changed(program);
  const { pin } = store.image([layerOf(noise(3, MIB)), layerOf(upper)], { index: true });
  const sum = (file: string) => digest(readFileSync(at(file))).slice(7);
  const pins = readBundlePins(
    JSON.stringify({
      apiVersion: 'edgectl/v1',
      kind: 'BundlePins',
      metadata: { name: 'site', serial, created: '2026-11-22' },
      spec: {
        images: [{ ref: `registry.example/app:${serial}@${pin}`, layers: 'zstd' }],
        files: [
          {
            name: `model-${serial}`,
            source: `model-${serial}`,
            sha256: sum(`model-${serial}`),
            role: 'model',
          },
          { name: 'small', source: 'small', sha256: sum('small') },
        ],
      },
    }),
    'pins.yaml',
    folder,
  );
  if (isProblems(pins)) throw new AggregateError(pins.problems);
  const patcher = zstdPatcher(folder);
  return createBundle({
    pins,
    arches: ['arm64'],
    path: at(name),
    key: { pem, file: 'release.key' },
    ...suppliersOf(pins.spec, at('cache'), {}),
    registry: store.registry,
    now: 0,
    writer: of.file ? bundleTarWriter : bundleWriter,
    base: of.base === undefined ? undefined : { bundle: bundleAt(at(of.base)), patcher },
    tell: () => {},
    progress: () => {},
  }).finally(() => patcher.close());
};

/** The steps whose progress the last application has told to the end. */
let steps: string[] = [];

const apply = (delta: string, base: string, to: string, encoder = ENCODER) => {
  steps = [];
  const patcher = zstdPatcher(folder);
  return applyDelta({
    delta: bundleAt(at(delta)),
    base: bundleAt(at(base)),
    path: at(to),
    trust,
    patcher,
    encoder,
    writer: bundleWriter,
    isThere,
    tell: () => {},
    meter: (says) => (done, total) => {
      if (done === total) steps.push(says);
    },
  }).finally(() => patcher.close());
};
const isSame = (one: string, other: string): boolean =>
  execFileSync('diff', ['-r', at(one), at(other)], { encoding: 'utf8' }) === '';
const deltaIn = (name: string) => {
  const delta = readDelta(readFileSync(at(name, 'delta.json'), 'utf8'));
  if (!delta) throw new Error('no delta');
  return delta;
};
const blobOf = (name: string, of: string) => at(name, 'blobs', of.replace(':', '/'));

describe('a delta', () => {
  it('makes the very bundle that create makes, and is the same every time', async () => {
    await create(1, 'one');
    await create(2, 'two');
    const made = await create(2, 'delta', { base: 'one' });
    expect(made.delta).toMatchObject({ base: { name: 'site', serial: 1 }, same: 2, patched: 2 });
    expect((made.delta?.size ?? 0) / (made.delta?.whole ?? 1)).toBeLessThan(0.001);
    expect(
      deltaIn('delta')
        .patched.map(({ packed, segments }) => [packed, segments.length])
        .sort(),
    ).toEqual([
      [false, 2],
      [true, 1],
    ]);
    await create(2, 'again', { base: 'one' });
    expect(isSame('delta', 'again')).toBe(true);
    expect(await create(2, 'again', { base: 'one' })).toMatchObject({ changes: 0 });
    expect(await apply('delta', 'one', 'new')).toMatchObject({ changes: 1, signer: 'release', serial: 2 });
    expect(isSame('new', 'two')).toBe(true);
    expect(steps.map((says) => says.replace(/ .*/, ''))).toEqual(
      expect.arrayContaining(['check', 'unpack', 'make', 'write']),
    );
    expect(await apply('delta', 'one', 'new')).toMatchObject({ changes: 0 });
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
    const { verified, problems } = await verifyBundle(bundleAt(at('delta')), trust, undefined, () => {});
    expect(problems).toEqual([]);
    expect(verified).toMatchObject({ signer: 'release', delta: { patched: 2 } });
    // It may be one file, against one file.
    await create(1, 'one.tar', { file: true });
    await create(2, 'delta.tar', { base: 'one.tar', file: true });
    await apply('delta.tar', 'one.tar', 'from-tar');
    expect(isSame('from-tar', 'two')).toBe(true);
  });

  it('is copied and split as any bundle is, and comes out of either whole', async () => {
    await create(1, 'one');
    await create(2, 'two');
    const { size } = (await create(2, 'delta', { base: 'one' })).delta ?? {};
    const copy = (from: string) => copyBundle(bundleAt(at(from)), at('copy'), bundleCopyWriter, () => {});
    const split = () => splitInParts(bundleAt(at('delta')), at('usb/site'), 4000, splitBundle, () => {});
    const { parts } = await split();
    expect(parts.length).toBeGreaterThan(2);
    expect(await split()).toMatchObject({ changes: 0 });
    // Three segments, and of the blobs that came whole what is small: all that the delta counted.
    expect(await copy('usb/site')).toMatchObject({ changes: 1, size });
    expect(await copy('delta')).toMatchObject({ changes: 0 });
    expect(isSame('copy', 'delta')).toBe(true);
    await apply('usb/site', 'one', 'new');
    expect(isSame('new', 'two')).toBe(true);
    const part = blobOf('copy', deltaIn('copy').patched[0]?.segments[0]?.digest ?? '');
    rmSync(part);
    await expect(apply('copy', 'one', 'newer')).rejects.toThrow(/segment 1 of \d \(sha256:\w+\) is missing/);
  });

  it('is of no use by itself, on another bundle, or when it was changed', async () => {
    await create(1, 'one');
    await create(2, 'two');
    await create(2, 'delta', { base: 'one' });
    const source = bundleSource(bundleAt(at('delta')), 'v1.34.2+k3s1', trust);
    await expect(source.release()).rejects.toMatchObject({
      message: expect.stringContaining('is a delta on site, serial 1, and no whole bundle'),
      hint: expect.stringContaining('edgectl bundle apply DELTA --base OLD -o NEW'),
    });
    await expect(apply('delta', 'two', 'new')).rejects.toMatchObject({ code: 'DELTA_BASE_WRONG' });
    await expect(apply('two', 'one', 'new')).rejects.toThrow('two is no delta: it is whole as it is');
    await expect(create(2, 'delta-2', { base: 'delta' })).rejects.toThrow('is a delta on site, serial 1');
    await expect(create(2, 'two', { base: 'one' })).rejects.toThrow('is there already');
    await expect(apply('delta', 'one', 'new', 'another encoder')).rejects.toMatchObject({
      code: 'BUNDLE_INVALID',
      message: expect.stringContaining(`were packed by ${ENCODER}, this edgectl has another encoder`),
      hint: expect.stringContaining('the release of edgectl that made it'),
    });

    const { patched } = deltaIn('delta');
    const model = patched.find(({ packed }) => !packed);
    const part = blobOf('delta', model?.segments[1]?.digest ?? '');
    const whole = readFileSync(part);
    writeFileSync(part, Buffer.concat([whole.subarray(0, -1), Buffer.from('x')]));
    const damaged = /the blob of model-2, segment 2 of 2 \(sha256:\w+\) does not have its digest/;
    await expect(apply('delta', 'one', 'new')).rejects.toThrow(damaged);
    const { problems } = await verifyBundle(bundleAt(at('delta')), trust, undefined, () => {});
    expect(problems.map(({ message }) => message)).toEqual([expect.stringMatching(damaged)]);
    writeFileSync(part, whole);

    // Parts that are what delta.json says, and make something else.
    const text = readFileSync(at('delta/delta.json'), 'utf8');
    const other = model?.segments[0];
    writeFileSync(at('delta/delta.json'), text.replace(`"from": 0`, `"from": 1`));
    await expect(apply('delta', 'one', 'new')).rejects.toThrow(/cannot be applied|has the digest/);
    expect(other).toBeDefined();
    writeFileSync(at('delta/delta.json'), text);

    cpSync(at('one'), at('torn'), { recursive: true });
    writeFileSync(blobOf('torn', model?.base ?? ''), 'torn');
    await expect(apply('delta', 'torn', 'new')).rejects.toThrow('does not have its digest');
    rmSync(at('delta/bundle.json.sig'));
    await expect(apply('delta', 'one', 'new')).rejects.toThrow('it is not signed');
    expect(existsSync(at('new'))).toBe(false);
  });

  it('says which program it needs where that is missing', async () => {
    await create(1, 'one');
    await create(2, 'delta', { base: 'one' });
    mkdirSync(at('empty'));
    const { PATH } = process.env;
    process.env['PATH'] = at('empty');
    try {
      await expect(apply('delta', 'one', 'new')).rejects.toMatchObject({
        code: 'TOOL_MISSING',
        hint: expect.stringContaining('install the package zstd'),
      });
    } finally {
      process.env['PATH'] = PATH;
    }
  });
});
