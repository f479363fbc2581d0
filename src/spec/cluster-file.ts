import type { Problems } from '../support/problem.ts';
import type { Cluster } from './cluster.ts';
import { clusterFaults } from './cluster-faults.ts';
import { ClusterFile } from './cluster-schema.ts';
import { clusterOf, type FilePlace } from './cluster-value.ts';
import { clusterWarnings } from './cluster-warnings.ts';
import { faultLines, faultProblems } from './fault.ts';
import { k3sFaults } from './k3s-faults.ts';
import { mastersFaults } from './masters-faults.ts';
import { checkSchema } from './schema-faults.ts';
import { readYaml } from './yaml-source.ts';

/**
 * Reads the text of a cluster file. `file` is its name for messages; `place` says from where `~` and relative paths
 * start. Every fault is one problem (CLUSTER_FILE_INVALID) whose message is `FILE:LINE:COL message`, sorted by place;
 * a warning is such a line too.
 */
export const readClusterFile = (
  text: string,
  file: string,
  place: FilePlace,
): { readonly cluster: Cluster; readonly warnings: readonly string[] } | Problems => {
  const source = readYaml(text);
  const lineOf = (path: readonly PropertyKey[]) =>
    source.position(source.place({ path, on: 'value', message: '' }).start).line;
  const { data, faults } = checkSchema(ClusterFile, source.value);
  const problems = faultProblems('CLUSTER_FILE_INVALID', file, source, [
    ...faults,
    ...clusterFaults(source.value, lineOf),
    ...mastersFaults(source.value),
    ...k3sFaults(source.value),
  ]);
  if (!data || problems.length > 0) return { problems };
  const warnings = clusterWarnings(data).map((fault) => source.place(fault));
  return { cluster: clusterOf(data, place), warnings: faultLines(file, source, warnings) };
};
