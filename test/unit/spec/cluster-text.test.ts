import { expect, test } from 'vitest';
import { readClusterFile } from '../../../src/spec/cluster-file.ts';
import { newClusterFile } from '../../../src/spec/cluster-text.ts';
import { isProblems } from '../../../src/support/problem.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIw0oKZ6MSJDXlAzKQxdYyPZ2VBqvGvFpRVGNCqbSGxk';

const read = (text: string) => {
  const result = readClusterFile(text, 'cluster.yaml', { home: '/home/ada', folder: '/srv' });
  if (isProblems(result)) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result.cluster;
};

test('what was discovered becomes a file that people can read', () => {
  const text = newClusterFile({
    name: 'crossing-17',
    control: { address: '10.20.0.2', local: true },
    hosts: [
      { address: '10.20.0.11', hostKey: KEY },
      { name: 'cam-north', address: '10.20.0.12', role: 'auto', labels: { camera: '1' } },
    ],
    version: 'v1.34.2+k3s1',
    source: './k3s',
    ssh: { user: 'ubuntu' },
  });
  expect(
    text,
  ).toBe(`# What this cluster is to be; \`edgectl init\` makes it so. People commit this file: no secret stands in it.
apiVersion: edgectl/v1
kind: Cluster
metadata: { name: crossing-17 }
spec:
  # The control device keeps what edgectl knows of the cluster, and is the witness between the two masters.
  control: { address: 10.20.0.2, local: true }
  ssh: { user: ubuntu }
  # Masters are elected among these boards; "role: worker" keeps one out of the election.
  hosts:
    - { address: 10.20.0.11, hostKey: ${KEY} }
    - { name: cam-north, address: 10.20.0.12, role: auto, labels: { camera: "1" } }
  masters: { elect: 2, ha: witness }
  k3s: { version: v1.34.2+k3s1, source: ./k3s }
`);
  expect(read(text).hosts.map(({ key, ssh }) => [key, ssh.hostKey])).toEqual([
    ['10.20.0.11', KEY],
    ['cam-north', undefined],
  ]);
});

test('one board makes a cluster of one master', () => {
  const text = newClusterFile({
    name: 'lab',
    control: { address: '10.20.0.2', hostKey: KEY },
    hosts: [{ address: '10.20.0.11' }],
    version: 'v1.34.2+k3s1',
  });
  expect(text).toContain('  control: { address: 10.20.0.2, hostKey: ');
  expect(read(text)).toMatchObject({
    masters: { elect: 1, ha: 'none' },
    k3s: { source: 'https://github.com/k3s-io/k3s/releases/download' },
  });
});
