import { readdirSync, readFileSync } from 'node:fs';
import type { Cluster } from '../../src/spec/cluster.ts';
import { readClusterFile } from '../../src/spec/cluster-file.ts';
import { isProblems } from '../../src/support/problem.ts';

// Where the fixtures' cluster files pretend to lie: relative paths in them start there.
const PLACE = { home: '/home/operator', folder: '/home/operator/site' };

const read = (path: string): string =>
  readFileSync(new URL(`../../fixtures/${path}`, import.meta.url), 'utf8');

/** The wanted cluster of `fixtures/clusters/<name>.yaml`. */
export const clusterCase = (name: string): Cluster => {
  const wanted = readClusterFile(read(`clusters/${name}.yaml`), `${name}.yaml`, PLACE);
  if (isProblems(wanted)) throw wanted.problems[0];
  return wanted.cluster;
};

/** The names of what lies in a folder of `fixtures/`, without `.json`; none where there is no such folder. */
export const caseNames = (folder: string): readonly string[] => {
  try {
    return readdirSync(new URL(`../../fixtures/${folder}`, import.meta.url)).map((file) =>
      file.replace('.json', ''),
    );
  } catch {
    return [];
  }
};

/** The case `fixtures/<folder>/<name>.json`; the test that asks knows its shape. */
export const readCase = <T>(folder: string, name: string): T => JSON.parse(read(`${folder}/${name}.json`));
