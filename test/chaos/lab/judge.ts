import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CONTENT } from '../../../src/commands/content.ts';
import { scriptOn } from '../../lab/exec-on.ts';
import { layout } from '../../lab/layout.ts';
import { readState } from '../../lab/state.ts';
import { HALF } from '../judge.ts';
import { isEmulated, type Shape } from './draw.ts';
import type { WalkSite } from './stages.ts';

const FILES = `find /etc /usr/local /root /var/lib/edgectl /var/lib/rancher/edgectl /var/lib/rancher/k3s/agent/images /var/lib/rancher/k3s/server/tls /var/lib/rancher/k3s/server/manifests 2>/dev/null || true`;
// Files of a bundle have the beginning of their digest in their names.
const SUMS = `cd /usr/local/bin && sha256sum k3s || true
cd /var/lib/rancher/k3s/agent/images && sha256sum *.zst 2>/dev/null || true
cd ${CONTENT} 2>/dev/null && sha256sum * || true`;

/** Names of what has a whole file beside it somewhere else, and must not stay. */
const isHalf = (path: string): boolean => HALF.test(path) || /\.(new|tmp)(-\w+|\.\d+)?$/.test(path);

const halvesOn = async (site: WalkSite, node: string): Promise<readonly string[]> =>
  (await scriptOn(site.lab.name, node, FILES))
    .split('\n')
    .filter(isHalf)
    .map((path) => `half a file on ${node}: ${path}`);

/** What has come to a node and is not what it was. */
const spoiltOn = async (site: WalkSite, node: string): Promise<readonly string[]> => {
  const { release } = (await readState(layout(site.lab.name))) ?? {};
  const arch = isEmulated(node) ? 'arm64' : 'amd64';
  const known = readFileSync(`${release?.folder}/sha256sum-${arch}.txt`, 'utf8');
  return (await scriptOn(site.lab.name, node, SUMS)).split('\n').flatMap((line) => {
    const [sum = '', name = ''] = line.split(/ [ *]/);
    if (name === '' || known.includes(sum) || name.startsWith(sum.slice(0, 12))) return [];
    return [`${name} of ${node} has the digest ${sum}`];
  });
};

/** What lies where edgectl writes the cluster file and what it keeps on this machine. */
export const besideCluster = ({ lab, run }: WalkSite): readonly string[] =>
  [dirname(lab.file), run.state].flatMap((folder) => readdirSync(folder));

/** What must not be at the end of a walk, in words. */
export const judgeLab = async (
  site: WalkSite,
  of: { readonly shape: Shape; readonly nodes: readonly string[]; readonly inCluster: readonly string[] },
): Promise<readonly string[]> => {
  const { ready, etcd, nodes } = await site.status();
  const names = etcd.map(({ name }) => name);
  const isWhole = new Set(names).size === names.length && names.length === of.shape.members;
  const inCluster = [...of.inCluster].sort().join(', ');
  const seen = nodes
    .map(({ name }) => name)
    .sort()
    .join(', ');
  const files = await Promise.all(of.nodes.map((node) => halvesOn(site, node)));
  const spoilt = await Promise.all(of.inCluster.map((node) => spoiltOn(site, node)));
  return [
    ...(ready ? [] : ['the cluster is not Ready']),
    ...nodes.flatMap(({ name, ready: isReady }) => (isReady ? [] : [`${name} is not Ready`])),
    ...(isWhole ? [] : [`the members of etcd are ${names.join(', ')}`]),
    ...(etcd.every(({ voter, healthy }) => voter && healthy) ? [] : ['a member of etcd does not vote']),
    ...(seen === inCluster ? [] : [`the nodes are ${seen}, not ${inCluster}`]),
    ...files.flat(),
    ...spoilt.flat(),
  ];
};
