import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Cluster } from '../spec/cluster.ts';
import { readClusterFile } from '../spec/cluster-file.ts';
import { isProblems, Problem } from '../support/problem.ts';

const NAME_IT = 'name the cluster file with -f, or write one with `edgectl discover`';

/** The text of a file that the operator named. */
export const readText = (file: string, hint: string | undefined = NAME_IT): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason =
      error instanceof Error
        ? error.message.replace(/^[A-Z]+: /, '').replace(/, (open|read).*$/, '')
        : String(error);
    throw new Problem('FILE_UNREADABLE', `${file}: ${reason}`, { hint });
  }
};

/** The cluster of a file's text; all its faults are thrown at once. */
export const clusterOfText = (
  text: string,
  file: string,
): { readonly cluster: Cluster; readonly warnings: readonly string[] } => {
  const read = readClusterFile(text, file, { home: homedir(), folder: dirname(resolve(file)) });
  if (isProblems(read)) throw new AggregateError(read.problems);
  return read;
};
