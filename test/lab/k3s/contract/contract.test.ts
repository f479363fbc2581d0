import { afterAll, beforeAll, describe } from 'vitest';
import { labDown, ringLab } from '../../lab.ts';
import { k3sRelease } from '../../release/folder.ts';
import { commandLine } from './command-line.ts';
import { etcdOnly } from './etcd-only.ts';
import { images } from './images.ts';
import { type Cluster, makeNode } from './node.ts';
import { runtimes } from './runtimes.ts';
import { server } from './server.ts';
import { tokens } from './tokens.ts';

const cluster = {} as Cluster;

beforeAll(async () => {
  const [lab, { folder }] = await Promise.all([ringLab('contract', { boards: 2, k3s: false }), k3sRelease()]);
  const nodes = await Promise.all(
    lab.nodes.map(({ name, address }) => makeNode(lab.name, name, address, folder)),
  );
  Object.assign(cluster, { server: nodes[0], agent: nodes[1], witness: nodes[2] });
});

afterAll(() => labDown(`contract-${process.pid}`));

// facts/k3s.md, line by line; the same on a real k3s (EDGECTL_LAB_K3S). Later parts build on earlier ones.
describe('the command line', () => commandLine(cluster));
describe('a first server', () => server(cluster));
describe('tokens and node passwords', () => tokens(cluster));
describe('the images folder', () => images(cluster));
describe('an etcd-only server', () => etcdOnly(cluster));
// Last: it leaves an agent that has just been started again, and what comes into agent/images before it watches is missed.
describe('runtimes', () => runtimes(cluster));
