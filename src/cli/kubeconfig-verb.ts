import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { jsonText } from '../report/json.ts';
import { mergeKubeconfig } from '../spec/kubeconfig.ts';
import { Problem } from '../support/problem.ts';
import { clusterOfText, readText } from './cluster-file.ts';
import type { KubeconfigOptions } from './options.ts';
import { foldersOf } from './wire.ts';
import { writeWhole } from './write-whole.ts';

const textOr = <T>(file: string, absent: T): string | T => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return absent;
    throw new Problem('FILE_UNREADABLE', `${file} cannot be read`, { cause: error });
  }
};

/** The file that kubectl itself would write to. */
const usual = (): string =>
  (process.env['KUBECONFIG'] ?? '').split(delimiter).find((path) => path !== '') ??
  join(homedir(), '.kube/config');

/** Holds the lock that kubectl takes before it writes a kubeconfig. */
const locked = (file: string, work: () => void): void => {
  const lock = `${file}.lock`;
  try {
    closeSync(openSync(lock, 'wx', 0o600));
  } catch (error) {
    throw new Problem('LOCKED', `${lock} is there: a kubectl is writing, or one was killed`, {
      hint: `try again, or remove ${lock}`,
      cause: error,
    });
  }
  try {
    work();
  } finally {
    rmSync(lock, { force: true });
  }
};

/** Merges; gives whether anything was new. */
const merge = (from: string, file: string, mayReplace: boolean): boolean => {
  let isNew = false;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  locked(file, () => {
    const before = textOr(file, '');
    const after = mergeKubeconfig({ into: before, file }, from, mayReplace);
    isNew = after !== before;
    if (isNew) writeWhole(file, after, 0o600);
  });
  return isNew;
};

/** Prints where a cluster's kubeconfig is, after it was merged into the operator's own if that is wished. */
export const kubeconfigVerb = (options: KubeconfigOptions): void => {
  const { cluster } = clusterOfText(readText(options.file), options.file);
  const own = join(resolve(foldersOf(cluster).state), 'kubeconfig');
  const from = textOr(own, undefined);
  if (from === undefined)
    throw new Problem('FILE_UNREADABLE', `${own} is not there`, {
      hint: '`edgectl init` writes it, unless it was told another place with --kubeconfig',
    });
  if (options.merge === undefined) {
    process.stdout.write(options.output === 'text' ? `${own}\n` : jsonText({ path: own }));
    return;
  }
  const into = options.merge === true ? usual() : resolve(String(options.merge));
  const isNew = merge(from, into, options.replace ?? false);
  const words = isNew ? `merged into ${into}` : `${into} has it already`;
  const document = { path: own, into, context: cluster.name, changes: isNew ? 1 : 0 };
  process.stdout.write(
    options.output === 'text' ? `${words}: context ${cluster.name}\n` : jsonText(document),
  );
};
