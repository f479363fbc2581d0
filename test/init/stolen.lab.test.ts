import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execOn, fault, labDown } from '../lab/lab.ts';
import { documentOf, type RunDocument } from './cli.ts';
import { kubectl, within } from './cluster.ts';
import { openSite, type Site } from './site.ts';
import { asThief, joinsWith, type Loot, steal } from './stolen.ts';

// A worker is carried away, switched on elsewhere, and looked into. The tests build on each other, in this order.
let site: Site;
let first: string;
let worker: string;
let other: string;
let loot: Loot;
let before: string;

const addressOf = (name: string) => site.lab.nodes.find((node) => node.name === name)?.address ?? '';
const thief = (words: readonly string[], manifest?: object) =>
  asThief(site, first, loot.kubeconfig('client-kubelet'), words, manifest);
const servers = async () => [...(await site.masters()), 'control'];

const SECRET = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'camera' },
  stringData: { pin: '4711' },
};
const pod = (node: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'camera' },
  spec: {
    nodeName: node,
    terminationGracePeriodSeconds: 0,
    containers: [
      {
        name: 'echo',
        image: 'edgectl/echo:1',
        imagePullPolicy: 'IfNotPresent',
        env: [{ name: 'PIN', valueFrom: { secretKeyRef: { name: 'camera', key: 'pin' } } }],
      },
    ],
  },
});

/** What a kubelet writes, or would like to. */
const writes = (): readonly object[] => [
  { apiVersion: 'v1', kind: 'Node', metadata: { name: worker } },
  {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: worker, namespace: 'kube-node-lease' },
  },
  {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'noise', namespace: 'default' },
    involvedObject: { kind: 'Node', name: worker, namespace: 'default' },
    reason: 'Noise',
    type: 'Normal',
  },
];

beforeAll(async () => {
  site = await openSite('stolen');
});
afterAll(async () => {
  await labDown(site.lab.name);
});

it('a cluster is made, and with what lies on a worker one reads its Secrets, writes and joins', async () => {
  expect(await site.init()).toMatchObject({ failed: 0 });
  [first = ''] = await site.masters();
  [other = '', worker = ''] = (await site.status()).nodes.flatMap(({ name, role }) =>
    role === 'worker' ? [name] : [],
  );
  const list = { apiVersion: 'v1', kind: 'List', items: [SECRET, pod(worker)] };
  await execOn(site.lab.name, first, ['k3s', 'kubectl', 'apply', '-f', '-'], JSON.stringify(list));
  await kubectl(site.lab.name, first, 'wait', '--for=condition=Ready', 'pod/camera', '--timeout=60s');
  loot = await steal(site, worker, addressOf(first));
  before = await readFile(site.lab.file, 'utf8');

  expect(await thief(['get', 'secret', 'camera', '-o', 'jsonpath={.data.pin}'])).toBe('NDcxMQ==');
  expect(await thief(['annotate', 'node', worker, 'thief=here'])).toContain('annotated');
  for (const server of await servers()) expect(await joinsWith(site, server, loot.token), server).toBe('200');
});

describe('what cannot be cut off', () => {
  it('a stolen master or control node is refused: the CAs are compromised, with what to do', async () => {
    for (const name of [first, 'control']) {
      const { code, stderr } = await site.run(site.on('host', 'remove', name, '--stolen', '--yes'));
      expect(code, stderr).toBe(4);
      expect(stderr).toContain('has the keys of every authority of the cluster: the CAs are compromised');
      expect(stderr).toContain('`edgectl init`, which mints new CAs and tokens');
    }
    expect(await readFile(site.lab.file, 'utf8')).toBe(before);
  });
});

describe('a stolen worker', () => {
  it('is cut off by a run that is killed with -9 at the first change of each phase in turn, and resumed', async () => {
    await fault(site.lab.name, worker, 'power-off');
    const words = site.on('host', 'remove', worker, '--stolen', '--yes');
    const killed: string[] = [];
    for (;;) {
      const count = killed.length;
      const ran = await site.run.watch(words, (event, send) => {
        if (killed.length > count || event.type !== 'change-started' || killed.includes(event.phase)) return;
        killed.push(event.phase);
        send('SIGKILL');
      });
      if (killed.length > count) continue;
      expect(ran.code, ran.stderr).toBe(0);
      break;
    }
    expect(killed).toEqual(
      expect.arrayContaining([
        'keep-decisions',
        'refuse-stolen',
        'delete-node',
        'mint-secrets',
        'start-server',
        'start-agent',
      ]),
    );
    expect(await readFile(site.lab.file, 'utf8')).not.toContain(`name: ${worker}`);
    expect((await site.status()).ready).toBe(true);
  });

  it('writes nothing any more with its certificate', async () => {
    expect(await thief(['auth', 'whoami'])).toContain(`system:node:${worker}`);
    for (const manifest of writes())
      expect(await thief(['create', '-f', '-'], manifest)).toContain(
        'this node was stolen, and its certificate writes nothing any more',
      );
    expect(await kubectl(site.lab.name, first, 'get', 'nodes', '-o', 'name')).not.toContain(worker);
  });

  it('reads no Secret and no ConfigMap with it, and what it does read is harmless', async () => {
    // Kubernetes takes pods of a node that is gone away within a minute.
    await within(
      120,
      'its pod is gone',
      async () => (await kubectl(site.lab.name, first, 'get', 'pods', '-o', 'name')) === '',
    );
    for (const kind of ['secrets', 'configmaps', 'persistentvolumes', 'deployments', 'roles'])
      expect(await thief(['get', kind, '-A']), kind).toContain('Forbidden');
    expect(await thief(['get', 'secret', 'camera'])).toContain('Forbidden');
    expect(await thief(['create', 'token', 'default'])).toMatch(/[Ff]orbidden/);
    expect(await thief(['get', 'services', '-A'])).toContain('kube-dns');
    for (const shared of ['client-kube-proxy', 'client-k3s-controller']) {
      const asShared = (...words: readonly string[]) => asThief(site, first, loot.kubeconfig(shared), words);
      expect(await asShared('get', 'secrets', '-A'), shared).toContain('Forbidden');
      expect(await asShared('delete', 'node', other), shared).toMatch(/[Ff]orbidden/);
    }
  });

  it('lets no machine join with its token, at any server, nor itself when it is switched on again', async () => {
    for (const server of await servers())
      expect(await joinsWith(site, server, loot.token), server).toBe('401');
    const token = (await steal(site, other, addressOf(first))).token;
    expect(token).not.toBe(loot.token);
    for (const server of await servers()) expect(await joinsWith(site, server, token), server).toBe('200');
    await fault(site.lab.name, worker, 'power-on');
    await within(120, 'it tries', async () =>
      (
        await execOn(site.lab.name, worker, ['journalctl', '-b', '-u', 'k3s-agent', '--no-pager'])
      ).stdout.includes('not authorized'),
    );
    expect(await kubectl(site.lab.name, first, 'get', 'nodes', '-o', 'name')).not.toContain(worker);
  });

  it('leaves the others Ready, and nothing to do, whichever verb runs again', async () => {
    expect((await site.status()).ready).toBe(true);
    expect(await site.init()).toMatchObject({ changes: 0, failed: 0 });
    const after = await readFile(site.lab.file, 'utf8');
    // As it is where edgectl was killed just before it took the host out of the file.
    await writeFile(site.lab.file, before);
    const refused = await site.run(site.on('init', '--yes'));
    expect(refused.code).toBe(7);
    expect(refused.stderr).toContain(
      `${worker} was stolen, and there is a certificate of that name out there`,
    );
    expect(
      documentOf<RunDocument>(
        await site.run(site.on('host', 'remove', worker, '--stolen', '--yes', '--output', 'json')),
      ),
    ).toMatchObject({ changes: 0, failed: 0 });
    expect(await readFile(site.lab.file, 'utf8')).toBe(after);
    const again = await site.run(site.on('host', 'remove', worker, '--stolen', '--yes'));
    expect(again.code).toBe(2);
  });

  it('is told plainly what its certificates still are good for', async () => {
    await writeFile(site.lab.file, before);
    const { stdout } = await site.run(site.on('host', 'remove', worker, '--stolen', '--yes'));
    expect(stdout).toContain('Its own certificate is believed until it ends, within a year');
    expect(stdout).toContain('Replace every Secret that pods on it used');
  });
});
