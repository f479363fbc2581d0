import { dirname, resolve } from 'node:path';
import { createBundle } from '../actions/bundle-create.ts';
import { deltaOf, deltaSumsOf } from '../actions/bundle-delta-open.ts';
import { diffBundles } from '../actions/bundle-diff.ts';
import { readBundle, type Trust } from '../actions/bundle-open.ts';
import { verifyBundle } from '../actions/bundle-verify.ts';
import { bundleAt } from '../adapters/bundle/bundle-at.ts';
import { bundleWriter } from '../adapters/bundle/bundle-writer.ts';
import { suppliersOf } from '../adapters/bundle/suppliers.ts';
import { bundleTarWriter } from '../adapters/bundle/tar-writer.ts';
import { debReader } from '../adapters/debian/deb-reader.ts';
import { layerReader } from '../adapters/layers/layers.ts';
import { stateFolders } from '../adapters/state/state.ts';
import { zstdPatcher } from '../adapters/zstd/patcher.ts';
import { bundleText } from '../report/bundle.ts';
import { deltaBundleText, deltaText } from '../report/bundle-delta.ts';
import { bundleDiffText } from '../report/bundle-diff.ts';
import { readBundlePins } from '../spec/bundle-pins.ts';
import { bytes } from '../support/bytes.ts';
import { isProblems } from '../support/problem.ts';
import { askSecret } from './ask-secret.ts';
import { clusterOfText, readText } from './cluster-file.ts';
import type { BundleCreateOptions, BundleReadOptions, BundleVerifyOptions } from './options.ts';
import { printResult } from './print.ts';

/** The variable that holds the passphrase of a signing key. */
export const PASSPHRASE = 'EDGECTL_BUNDLE_PASSPHRASE';

/** Says on stderr what is being done. */
export const say = (line: string): void => void process.stderr.write(`${line}\n`);

const keyOf = async (path: string) => {
  const pem = readText(path, 'make a key with `edgectl bundle keygen`');
  const passphrase = pem.includes('ENCRYPTED')
    ? await askSecret(PASSPHRASE, `Passphrase for ${path}`)()
    : undefined;
  return { pem, file: path, ...(passphrase === undefined ? {} : { passphrase }) };
};

/** Makes a bundle from a file of pins. */
export const bundleCreateVerb = (options: BundleCreateOptions): Promise<void> =>
  printResult(options.output, async (meter) => {
    const pins = readBundlePins(
      readText(options.pins, 'name the file of pins with -f'),
      options.pins,
      dirname(resolve(options.pins)),
    );
    if (isProblems(pins)) throw new AggregateError(pins.problems);
    const { cache } = stateFolders('', process.env);
    const base =
      options.base === undefined
        ? undefined
        : { bundle: bundleAt(options.base), patcher: zstdPatcher(dirname(resolve(options.out))) };
    const made = await createBundle({
      base,
      pins,
      arches: options.arch,
      path: resolve(options.out),
      key: options.key === undefined ? undefined : await keyOf(options.key),
      ...suppliersOf(pins.spec, cache, process.env),
      now: Date.now(),
      writer: options.file ? bundleTarWriter : bundleWriter,
      tell: say,
      progress: meter('write'),
      meter,
    }).finally(() => base?.patcher.close());
    const what = `${made.name} ${made.serial}: ${made.blobs} blobs, ${bytes(made.size)}${made.signed ? '' : ', unsigned'}${made.delta ? `; ${deltaText(made.delta)}` : ''}`;
    const words =
      made.changes === 0 ? `nothing to change: ${what} is in ${made.path}` : `${what} in ${made.path}`;
    return { words, document: made };
  });

/** Whose signatures count: the keys of a cluster file, and those on the command line. */
export const trustOf = ({
  file,
  trust = [],
  allowUnsigned = false,
}: Omit<BundleVerifyOptions, 'output'>): Trust => {
  const inFile = file === undefined ? [] : (clusterOfText(readText(file), file).cluster.bundle?.trust ?? []);
  const named = trust.map((publicKey, index) => ({ id: `--trust ${index + 1}`, publicKey }));
  return { keys: [...inFile, ...named], allowUnsigned, today: new Date().toISOString().slice(0, 10) };
};

/** Checks a bundle; every fault at once. */
export const bundleVerifyVerb = (path: string, options: BundleVerifyOptions): Promise<void> =>
  printResult(options.output, async (meter) => {
    const bundle = bundleAt(path);
    const { cache } = stateFolders('', process.env);
    const { verified, problems } = await verifyBundle(
      bundle,
      trustOf(options),
      options.arch,
      meter('verify'),
      options.deep ? { layers: layerReader(cache), debs: debReader(cache), meter } : undefined,
    );
    if (problems.length > 0) throw new AggregateError(problems);
    const { name, serial, blobs, size, signer, layers, debs } = verified;
    const by = signer === null ? 'not signed by a trusted key' : `signed by "${signer}"`;
    const packages = debs ? ` and ${debs} packages` : '';
    const unpacked = layers === undefined ? '' : `, ${layers} layers${packages} unpacked`;
    const is = verified.delta ? `is a whole delta: ${deltaText(verified.delta)};` : 'is whole:';
    const words = `${name} ${serial} ${is} ${blobs} blobs, ${bytes(size)}${unpacked}, ${by}`;
    return { words, document: verified };
  });

/** Prints what a bundle says that it holds. */
export const bundleShowVerb = (path: string, options: BundleReadOptions): Promise<void> =>
  printResult(options.output, async () => {
    const bundle = bundleAt(path);
    const { manifest } = await readBundle(bundle);
    const delta = await deltaOf(bundle, manifest);
    if (!delta) return { words: bundleText(manifest), document: manifest };
    const sums = deltaSumsOf(delta, manifest);
    return { words: deltaBundleText(manifest, delta, sums), document: { ...manifest, delta: sums } };
  });

/** Prints what became of one bundle in another. */
export const bundleDiffVerb = (before: string, after: string, options: BundleReadOptions): Promise<void> =>
  printResult(options.output, async () => {
    const difference = await diffBundles(bundleAt(before), bundleAt(after));
    return { words: bundleDiffText(difference), document: difference };
  });
