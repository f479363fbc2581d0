import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scriptOn } from '../lab/exec-on.ts';
import { fault, labDown } from '../lab/lab.ts';
import { documentOf, type RunDocument } from './cli.ts';
import { openSite, type Site } from './site.ts';

// One server, whose snapshots come to the control node. The tests build on each other, in this order.
let site: Site;
const on = (node: string, script: string) => scriptOn(site.lab.name, node, script);
const control = () => site.names()[0] ?? '';
const shelf = () => `/var/lib/edgectl/${site.lab.name}/snapshots`;
const fetched = () => on(control(), `ls ${shelf()}`);

beforeAll(async () => {
  site = await openSite('single', { boards: 2 });
  const file = await readFile(site.lab.file, 'utf8');
  await writeFile(site.lab.file, file.replace('elect: 2', 'elect: 1').replace('ha: witness', 'ha: none'));
});
afterAll(async () => {
  await labDown(site.lab.name);
});

it('a cluster of one server is made, and a second init finds nothing to change', async () => {
  expect(await site.init()).toMatchObject({ failed: 0 });
  expect(await site.status()).toMatchObject({ ready: true, etcd: [{ voter: true, leader: true }] });
  expect((await site.status()).nodes.map(({ role }) => role).sort()).toEqual(['master', 'worker']);
  expect(await site.init()).toMatchObject({ changes: 0, failed: 0 });
  expect(await on(control(), 'systemctl is-active edgectl-snapshots.timer')).toBe('active');
});

it('a snapshot of it comes to the control node as it is, once, for root alone', async () => {
  const [master = ''] = await site.masters();
  await on(master, 'k3s etcd-snapshot save');
  const sums = await on(master, 'cd /var/lib/rancher/k3s/server/db/snapshots && sha256sum *');
  await on(control(), 'systemctl start edgectl-snapshots.service');
  const names = sums.split('\n').map((line) => line.split(/ +/)[1] ?? '');
  expect(names.length).toBeGreaterThan(0);
  expect(await on(control(), `cd ${shelf()} && sha256sum ${names.join(' ')}`)).toBe(sums);
  expect(await on(control(), `cd ${shelf()} && stat -c '%a %U' . * | sort -u`)).toBe('600 root\n700 root');
  const before = await on(control(), `stat -c '%n %i' ${shelf()}/*snapshot*`);
  await on(control(), 'systemctl start edgectl-snapshots.service');
  expect(await on(control(), `stat -c '%n %i' ${shelf()}/*snapshot*`)).toBe(before);
});

it('only so many are kept, and a server that is gone takes none of them along', async () => {
  const [master = ''] = await site.masters();
  await on(control(), `cd ${shelf()} && for n in $(seq 40); do touch -d "$n days ago" "old-$n"; done`);
  await on(control(), 'systemctl start edgectl-snapshots.service');
  expect((await fetched()).split('\n').length).toBe(28 + 1);
  expect(await fetched()).not.toContain('old-40');
  await fault(site.lab.name, master, 'power-off');
  await expect(on(control(), 'systemctl start edgectl-snapshots.service')).rejects.toThrow('failed');
  expect((await fetched()).split('\n').length).toBe(28 + 1);
  await fault(site.lab.name, master, 'power-on');
});

it('a reset leaves them, with their token, and nothing that fetches more', async () => {
  const reset = await site.run(site.on('reset', '--yes', '--output', 'json'));
  expect(documentOf<RunDocument>(reset)).toMatchObject({ failed: 0 });
  expect(await fetched()).toContain('server-token');
  expect(await on(control(), 'systemctl list-unit-files "edgectl-*" --no-legend')).toBe('');
});
