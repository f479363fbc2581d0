import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scriptOn } from '../lab/exec-on.ts';
import { execOn, fault, labDown } from '../lab/lab.ts';
import { documentOf, type RunDocument } from './cli.ts';
import { deployEcho, kubectl, resolves, within } from './cluster.ts';
import { openSite, type Site } from './site.ts';
import { difference, traceOf } from './trace.ts';

// What a cluster lives through: power cuts, and hosts that leave and come. The tests build on each other, in this order.
let site: Site;

beforeAll(async () => {
  site = await openSite('survive');
});
afterAll(async () => {
  await labDown(site.lab.name);
});

const WORKERS = '!node-role.kubernetes.io/etcd';
let bare: Readonly<Record<string, readonly string[]>>;

it('a cluster is made', async () => {
  bare = await site.traces();
  expect(await site.init()).toMatchObject({ failed: 0 });
  expect((await site.status()).ready).toBe(true);
});

it('a replica of CoreDNS that strayed to a master goes back, once', async () => {
  const [first = ''] = await site.masters();
  const worker = (await site.status()).nodes.find(({ role }) => role === 'worker')?.name ?? '';
  const dns = (...words: readonly string[]) =>
    kubectl(site.lab.name, first, '-n', 'kube-system', ...words, '-l', 'k8s-app=kube-dns');
  const goesAstray = async () => {
    await kubectl(site.lab.name, first, 'cordon', worker);
    await dns('delete', 'pod', '--field-selector', `spec.nodeName=${worker}`);
    await dns('wait', '--for=condition=Ready', 'pod', '--timeout=60s');
    await kubectl(site.lab.name, first, 'uncordon', worker);
  };
  const isBack = async (changes: number) => {
    expect(await site.init()).toMatchObject({ changes, failed: 0 });
    expect(await dns('get', 'pod', '-o', 'jsonpath={.items[*].spec.nodeName}')).toContain(worker);
    expect(await site.init()).toMatchObject({ changes: 0, failed: 0 });
  };
  await goesAstray();
  await isBack(1);

  // The worker is not Ready when that run plans, and Ready when it ends.
  await goesAstray();
  await execOn(site.lab.name, worker, ['systemctl', 'stop', 'k3s-agent']);
  await kubectl(
    site.lab.name,
    first,
    'wait',
    '--for=condition=Ready=Unknown',
    `node/${worker}`,
    '--timeout=120s',
  );
  await isBack(2);
});

describe('power cuts', () => {
  it('of either master or the control node leave the API answering, workers Ready, and Services resolving within 10 s', async () => {
    const [first = '', second = ''] = await site.masters();
    await deployEcho(site.lab.name, first, site.names());
    for (const victim of [first, second, 'control']) {
      const alive = site.names().filter((name) => name !== victim);
      const via = victim === first ? second : first;
      // A node that was just switched on is Ready before its pods run again.
      const allResolve = async () =>
        (await Promise.all(site.names().map((name) => resolves(site.lab.name, name)))).every(Boolean);
      await within(120, `a pod on every node resolves before ${victim} goes`, allResolve);
      await fault(site.lab.name, victim, 'power-off');
      try {
        const asks = (path: string) => () =>
          kubectl(site.lab.name, via, '--request-timeout=2s', 'get', '--raw', path);
        await Promise.all([
          ...alive.map((name) =>
            within(10, `${name} resolves without ${victim}`, () => resolves(site.lab.name, name)),
          ),
          // What every controller and kubelet reads; it needs no leader.
          within(10, `the API answers without ${victim}`, asks('/api/v1/nodes?resourceVersion=0')),
          // Where etcd's leader died the others elect a new one after 5 to 10 s, as in k3s, whose timing it is.
          within(15, `a leader is elected without ${victim}`, asks('/readyz')),
        ]);
        const workers = await kubectl(site.lab.name, via, 'get', 'nodes', '-l', WORKERS, '--no-headers');
        expect(workers.match(/\bReady\b/g), workers).toHaveLength(2);
      } finally {
        await fault(site.lab.name, victim, 'power-on');
      }
      await within(180, `all Ready again after ${victim}`, async () => (await site.status()).ready);
    }
    await kubectl(site.lab.name, first, 'delete', 'service,pod', '-l', 'app=echo', '--wait=false');
    await kubectl(site.lab.name, first, 'delete', 'service', 'echo', '--ignore-not-found');
    expect(await site.init()).toMatchObject({ changes: 0, failed: 0 });
  });

  it('of a master is reported by a later init, which keeps its seat', async () => {
    const [first = '', second = ''] = await site.masters();
    await fault(site.lab.name, second, 'power-off');
    const { code, stderr } = await site.run(site.on('init', '--yes'));
    expect(code).toBe(3);
    expect(stderr).toContain(`${second}: master: keeps its seat, though it does not answer`);
    await fault(site.lab.name, second, 'power-on');
    await within(180, 'all Ready again', async () => (await site.status()).ready);
    expect(await site.masters()).toEqual([first, second]);
  });
});

describe('hosts leave and come', () => {
  it('a worker is removed, twice', async () => {
    const worker = (await site.status()).nodes.findLast(({ role }) => role === 'worker')?.name ?? '';
    const [first = ''] = await site.masters();
    const file = await readFile(site.lab.file, 'utf8');
    const removed = documentOf<RunDocument>(
      await site.run(site.on('host', 'remove', worker, '--yes', '--output', 'json')),
    );
    expect(removed.failed).toBe(0);
    expect(await kubectl(site.lab.name, first, 'get', 'nodes', '-o', 'name')).not.toContain(worker);
    expect(await readFile(site.lab.file, 'utf8')).not.toContain(`name: ${worker}`);
    expect(await site.init()).toMatchObject({ changes: 0, failed: 0 });
    const again = await site.run(site.on('host', 'remove', worker, '--yes'));
    expect(again.code).toBe(2);
    expect(again.stderr).toContain(`no host ${worker} in`);
    // As it was before: only what reset says it leaves may differ.
    const left = difference(bare[worker] ?? [], await traceOf(site.lab.name, worker)).filter(
      (line) => !/\/var\/log|\/etc\/hosts/.test(line),
    );
    expect(left.filter((line) => /rancher|kubelet|cni|flannel|k3s|KUBE|edgectl/.test(line))).toEqual([]);
    await writeFile(`${site.lab.file}.before`, file);
  });

  /** `host add` of the board that was removed, by what the file said of it. */
  const addingBack = async (): Promise<{ readonly name: string; readonly words: readonly string[] }> => {
    const before = await readFile(`${site.lab.file}.before`, 'utf8');
    const now = await readFile(site.lab.file, 'utf8');
    const gone = site.lab.nodes.find(({ address }) => before.includes(address) && !now.includes(address));
    if (!gone) throw new Error('no board was removed');
    const key = new RegExp(`address: ${gone.address}\\s+hostKey: (.+)`).exec(before)?.[1] ?? '';
    const who = [gone.address, '--name', gone.name, '--host-key', key, '--label', 'camera=south'];
    return { name: gone.name, words: ['host', 'add', ...who] };
  };

  it('is not taken back while its kernel makes no vxlan links, and the file stays as it is', async () => {
    const { name, words } = await addingBack();
    const file = await readFile(site.lab.file, 'utf8');
    // The nodes share a kernel, so the tool says for this one what a kernel without vxlan says.
    const ip = '/usr/local/sbin/ip';
    const refusing = `case "$*" in *"type vxlan"*) echo "Error: Unknown device type." >&2; exit 2;; esac`;
    await scriptOn(
      site.lab.name,
      name,
      `printf '%s\n' '#!/bin/sh' '${refusing}' 'exec /usr/sbin/ip "$@"' > ${ip}; chmod +x ${ip}`,
    );
    const refused = await site.run(site.on(...words, '--yes'));
    expect(refused.code).toBe(7);
    expect(refused.stderr).toContain(`${name} lacks vxlan, which this cluster runs on`);
    expect(refused.stderr).toMatch(
      /install a kernel with the vxlan module .*, or leave it out of the cluster file/,
    );
    expect(await readFile(site.lab.file, 'utf8')).toBe(file);
    await scriptOn(site.lab.name, name, `rm ${ip}`);
  });

  it('and comes back with host add, twice', async () => {
    const { name, words } = await addingBack();
    const added = documentOf<RunDocument>(await site.run(site.on(...words, '--yes', '--output', 'json')));
    expect(added.failed).toBe(0);
    expect(added.hosts.filter(({ changes }) => changes > 0).map(({ name }) => name)).toContain(name);
    const { nodes } = await site.status();
    expect(nodes.find((node) => node.name === name)).toMatchObject({ ready: true, role: 'worker' });
    expect(
      documentOf<RunDocument>(await site.run(site.on(...words, '--yes', '--output', 'json'))),
    ).toMatchObject({
      changes: 0,
      failed: 0,
    });
  });
});
