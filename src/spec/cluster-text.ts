import { Document, stringify } from 'yaml';
import type { HostEntry } from './cluster-schema.ts';

/** A value as YAML on one line: `{ name: box-a, address: 10.20.0.11 }`. Keys without a value are left out. */
export const oneLine = (value: object): string => {
  const document = new Document();
  document.contents = document.createNode(value, { flow: true });
  return document.toString({ lineWidth: 0 }).trimEnd();
};

/** A value as YAML, a line each key. */
export const manyLines = (value: object): readonly string[] =>
  stringify(value, { lineWidth: 0 }).trimEnd().split('\n');

/** What `edgectl discover` found, and what the cluster is to be called. */
export interface NewCluster {
  readonly name: string;
  readonly control: {
    readonly name?: string;
    readonly address: string;
    readonly local?: boolean;
    readonly hostKey?: string;
  };
  readonly hosts: readonly HostEntry[];
  readonly version: string;
  /** Absent: k3s's own releases. */
  readonly source?: string | undefined;
  readonly ssh?: { readonly user?: string; readonly port?: number; readonly key?: string } | undefined;
}

/** The text of a new cluster file, with a comment where a choice is to be made. */
export const newClusterFile = ({ name, control, hosts, version, source, ssh }: NewCluster): string =>
  [
    '# What this cluster is to be; `edgectl init` makes it so. People commit this file: no secret stands in it.',
    'apiVersion: edgectl/v1',
    'kind: Cluster',
    `metadata: ${oneLine({ name })}`,
    'spec:',
    '  # The control device keeps what edgectl knows of the cluster, and is the witness between the two masters.',
    `  control: ${oneLine(control)}`,
    ...(ssh === undefined ? [] : [`  ssh: ${oneLine(ssh)}`]),
    '  # Masters are elected among these boards; "role: worker" keeps one out of the election.',
    '  hosts:',
    ...hosts.map((host) => `    - ${oneLine(host)}`),
    ...(hosts.filter(({ role }) => role !== 'worker').length > 1
      ? ['  masters: { elect: 2, ha: witness }']
      : ['  # One board can be the master: nothing takes over when it fails.', '  masters: { ha: none }']),
    `  k3s: ${oneLine({ version, source })}`,
    '',
  ].join('\n');
