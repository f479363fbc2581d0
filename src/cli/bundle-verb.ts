import { dirname, resolve } from 'node:path';
import { createBundle } from '../actions/bundle-create.ts';
import { readBundle, type Trust } from '../actions/bundle-open.ts';
import { verifyBundle } from '../actions/bundle-verify.ts';
import { bundleFolder } from '../adapters/bundle/bundle-folder.ts';
import { bundleWriter } from '../adapters/bundle/bundle-writer.ts';
import { debianArchives } from '../adapters/debian/debian-archives.ts';
import { cachingFetcher } from '../adapters/release/fetcher.ts';
import { releaseSource } from '../adapters/release/release.ts';
import { stateFolders } from '../adapters/state/state.ts';
import { bundleText, progressText } from '../report/bundle.ts';
import { jsonText } from '../report/json.ts';
import { readBundlePins } from '../spec/bundle-pins.ts';
import { bytes } from '../support/bytes.ts';
import { isProblems } from '../support/problem.ts';
import { askSecret } from './ask-secret.ts';
import { clusterOfText, readText } from './cluster-file.ts';
import type { BundleCreateOptions, BundleReadOptions, BundleVerifyOptions, OutputForm } from './options.ts';

/** The variable that holds the passphrase of a signing key. */
export const PASSPHRASE = 'EDGECTL_BUNDLE_PASSPHRASE';

const print = (output: OutputForm, words: string, document: unknown): void =>
  void process.stdout.write(output === 'text' ? `${words}\n` : jsonText(document));

const say = (line: string | undefined): void => {
  if (line !== undefined) process.stderr.write(`${line}\n`);
};

/** Tells on stderr how far a step is. */
const meter = (says: string) => {
  const text = progressText(says);
  const began = Date.now();
  return (done: number, total: number) => say(text(done, total, Date.now() - began));
};

const keyOf = async (path: string) => {
  const pem = readText(path, 'make a key with `edgectl bundle keygen`');
  const passphrase = pem.includes('ENCRYPTED')
    ? await askSecret(PASSPHRASE, `Passphrase for ${path}`)()
    : undefined;
  return { pem, file: path, ...(passphrase === undefined ? {} : { passphrase }) };
};

/** Makes a bundle from a file of pins. */
export const bundleCreateVerb = async (options: BundleCreateOptions): Promise<void> => {
  const pins = readBundlePins(
    readText(options.file, 'name the file of pins with -f'),
    options.file,
    dirname(resolve(options.file)),
  );
  if (isProblems(pins)) throw new AggregateError(pins.problems);
  const fetcher = cachingFetcher(stateFolders('', process.env).cache);
  const { k3s } = pins.spec;
  const made = await createBundle({
    pins,
    arches: options.arch,
    path: resolve(options.out),
    key: options.key === undefined ? undefined : await keyOf(options.key),
    fetcher,
    release: k3s && releaseSource({ ...k3s, fetcher }),
    archives: debianArchives(fetcher),
    now: Date.now(),
    writer: bundleWriter,
    tell: say,
    progress: meter('write'),
  });
  const what = `${made.name} ${made.serial}: ${made.blobs} blobs, ${bytes(made.size)}${made.signed ? '' : ', unsigned'}`;
  print(
    options.output,
    made.changes === 0 ? `nothing to change: ${what} is in ${made.path}` : `${what} in ${made.path}`,
    made,
  );
};

/** Whose signatures count: the keys of a cluster file, and those on the command line. */
const trustOf = ({ file, trust = [], allowUnsigned = false }: BundleVerifyOptions): Trust => {
  const inFile = file === undefined ? [] : (clusterOfText(readText(file), file).cluster.bundle?.trust ?? []);
  const named = trust.map((publicKey, index) => ({ id: `--trust ${index + 1}`, publicKey }));
  return { keys: [...inFile, ...named], allowUnsigned, today: new Date().toISOString().slice(0, 10) };
};

/** Checks a bundle; every fault at once. */
export const bundleVerifyVerb = async (path: string, options: BundleVerifyOptions): Promise<void> => {
  const { verified, problems } = await verifyBundle(
    bundleFolder(path),
    trustOf(options),
    options.arch,
    meter('verify'),
  );
  if (problems.length > 0) throw new AggregateError(problems);
  const { name, serial, blobs, size, signer } = verified;
  const by = signer === null ? 'not signed by a trusted key' : `signed by "${signer}"`;
  print(options.output, `${name} ${serial} is whole: ${blobs} blobs, ${bytes(size)}, ${by}`, verified);
};

/** Prints what a bundle says that it holds. */
export const bundleShowVerb = async (path: string, options: BundleReadOptions): Promise<void> => {
  const { manifest } = await readBundle(bundleFolder(path));
  print(options.output, bundleText(manifest), manifest);
};
