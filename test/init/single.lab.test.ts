import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { execOn, scriptOn } from '../lab/exec-on.ts';
import { fault, labDown } from '../lab/lab.ts';
import { documentOf, type RunDocument } from './cli.ts';
import { openSite, type Site } from './site.ts';

const ON_SERVER = '/var/lib/rancher/k3s/server/db/snapshots';
// systemd refuses a sixth start within ten seconds, which tests come to.
const FETCH = 'systemctl reset-failed edgectl-snapshots.service; systemctl start edgectl-snapshots.service';

// One server, whose snapshots come to the control node. The tests build on each other, in this order.
let site: Site;
const on = (node: string, script: string) => scriptOn(site.lab.name, node, script);
const addressOf = (name: string) => site.lab.nodes.find((node) => node.name === name)?.address ?? '';
const control = () => site.names()[0] ?? '';
const shelf = () => `/var/lib/edgectl/${site.lab.name}/snapshots`;
const fetched = async () => (await on(control(), `ls ${shelf()}`)).split('\n');
const kept = async () => (await fetched()).filter((name) => !name.endsWith('.token'));
const masterOf = async () => (await site.masters())[0] ?? '';
const workerOf = (master: string) => site.names().find((name) => name !== master && name !== control()) ?? '';
const save = async (master: string) => {
  await on(master, 'k3s etcd-snapshot save');
  return on(master, `ls -t ${ON_SERVER} | head -n 1`);
};

beforeAll(async () => {
  site = await openSite('single', { boards: 2 });
  const file = await readFile(site.lab.file, 'utf8');
  await writeFile(site.lab.file, file.replace('elect: 2', 'elect: 1').replace('ha: witness', 'ha: none'));
});
afterAll(async () => {
  await labDown(site.lab.name);
});

it('a cluster of one server is made by a run that is killed with -9 when snapshots begin to come, and resumed', async () => {
  let killed = false;
  await site.run.watch(site.on('init', '--yes'), (event, send) => {
    if (killed || event.type !== 'change-started' || event.phase !== 'ship-snapshots') return;
    killed = true;
    send('SIGKILL');
  });
  expect(killed).toBe(true);
  expect(await site.init()).toMatchObject({ failed: 0 });
  expect(await site.status()).toMatchObject({ ready: true, etcd: [{ voter: true, leader: true }] });
  expect((await site.status()).nodes.map(({ role }) => role).sort()).toEqual(['master', 'worker']);
  expect(await site.init()).toMatchObject({ changes: 0, failed: 0 });
  expect(await on(control(), 'systemctl is-active edgectl-snapshots.timer')).toBe('active');
});

it('a snapshot of it comes to the control node as it is, once, for root alone', async () => {
  const master = await masterOf();
  const name = await save(master);
  const sums = await on(master, `cd ${ON_SERVER} && sha256sum *`);
  await on(control(), FETCH);
  const names = sums.split('\n').map((line) => line.split(/ +/)[1] ?? '');
  expect(names).toContain(name);
  expect(await on(control(), `cd ${shelf()} && sha256sum ${names.join(' ')}`)).toBe(sums);
  expect(await on(control(), `cd ${shelf()} && cmp ${name}.token ../secrets/server-token && echo same`)).toBe(
    'same',
  );
  expect(await on(control(), `cd ${shelf()} && stat -c '%a %U' . * | sort -u`)).toBe('600 root\n700 root');
  const before = await on(control(), `stat -c '%n %i' ${shelf()}/*`);
  await on(control(), FETCH);
  expect(await on(control(), `stat -c '%n %i' ${shelf()}/*`)).toBe(before);
});

it('who fetches them may read the logs of that one node, and nothing else anywhere', async () => {
  const master = await masterOf();
  const worker = workerOf(master);
  const ask = async (who: string, path: string) =>
    on(
      control(),
      `cd /var/lib/edgectl/${site.lab.name}
umask 077
base64 -d < secrets/snapshots.key.b64 > /run/asks.key
curl -s -o /dev/null -w '%{http_code}' --cacert outcomes/server-ca.crt --key /run/asks.key \
  --cert outcomes/snapshots.crt https://${addressOf(who)}:${path}
rm /run/asks.key`,
    );
  expect(await ask(master, '10250/logs/edgectl-snapshots/')).toBe('200');
  expect(await ask(worker, '10250/logs/')).toBe('403');
  for (const path of ['pods', 'metrics', 'configz', 'containerLogs/a/b/c', 'exec/a/b/c?command=id'])
    expect(await ask(master, `10250/${path}`), path).toBe('403');
  for (const path of ['secrets', 'nodes', `nodes/${master}/proxy/logs/`, 'namespaces/kube-system/configmaps'])
    expect(await ask(master, `6443/api/v1/${path}`), path).toBe('403');
  const nobody = `curl -sk -o /dev/null -w '%{http_code}' https://${addressOf(master)}:10250/logs/`;
  expect(await on(control(), nobody)).toBe('401');
});

it('what did not come whole does not count, and no name does more than name a file', async () => {
  const master = await masterOf();
  const before = await fetched();
  const bad = [
    'half-1764460800',
    'half.zip',
    'sp ace-1',
    'q"uote-1',
    '$(touch hit)',
    'x.part',
    'x.token',
    '.y',
  ];
  for (const name of bad) await on(master, `head -c 5000 /dev/zero > '${ON_SERVER}/${name}'`);
  await expect(on(control(), FETCH)).rejects.toThrow('failed');
  expect(await fetched()).toEqual(before);
  expect(await on(control(), 'journalctl -u edgectl-snapshots -o cat')).toContain(
    'half.zip did not come whole',
  );
  for (const name of bad) await on(master, `rm '${ON_SERVER}/${name}'`);
  await on(control(), FETCH);
});

it('only so many are kept, and a server that is gone takes none of them along', async () => {
  const master = await masterOf();
  await on(
    control(),
    `cd ${shelf()} && for n in $(seq 40); do touch -d "$n days ago" "old-$n" "old-$n.token"; done`,
  );
  await on(control(), FETCH);
  expect(await kept()).toHaveLength(28);
  expect(await fetched()).toHaveLength(2 * 28);
  expect(await kept()).not.toContain('old-40');
  // More than that on the server: the latest come, once.
  await on(
    master,
    `cd ${ON_SERVER} && first=$(ls | head -n 1) && for n in $(seq 40); do cp "$first" "many-$n"; done`,
  );
  await on(control(), FETCH);
  const once = await on(control(), `cd ${shelf()} && stat -c '%n %i' *`);
  expect(await kept()).toHaveLength(28);
  expect(await kept()).toContain('many-40');
  expect(await kept()).not.toContain('many-1');
  await on(control(), FETCH);
  expect(await on(control(), `cd ${shelf()} && stat -c '%n %i' *`)).toBe(once);
  await on(master, `rm ${ON_SERVER}/many-*`);
  await fault(site.lab.name, master, 'power-off');
  await expect(on(control(), FETCH)).rejects.toThrow('failed');
  expect(await kept()).toHaveLength(28);
  await fault(site.lab.name, master, 'power-on');
});

// docs/guides/one-server.md, step by step.
it('a server whose disk is lost has the state of its last snapshot again, and the pods of workers have not noticed', async () => {
  const master = await masterOf();
  const worker = workerOf(master);
  const kubectl = (words: string) => on(master, `k3s kubectl ${words}`);
  const containers = () =>
    kubectl(
      `-n kube-system get pods --field-selector spec.nodeName=${worker} -o jsonpath='{.items[*].status.containerStatuses[*].containerID}'`,
    );
  await expect.poll(() => kubectl('get --raw /readyz').catch(() => ''), { timeout: 90_000 }).toBe('ok');
  await kubectl('create configmap before');
  const running = await containers();
  expect(running).toContain('containerd://');
  const name = await save(master);
  await on(control(), FETCH);
  await kubectl('create configmap after');

  await on(master, 'systemctl disable k3s');
  await fault(site.lab.name, master, 'power-off');
  await fault(site.lab.name, master, 'power-on');
  await on(
    master,
    `rm -rf /var/lib/rancher/k3s /var/lib/kubelet/* /etc/rancher /var/lib/edgectl /usr/local/lib/edgectl \
  /usr/local/bin/* /etc/systemd/system/k3s* /var/log/edgectl-snapshots && systemctl daemon-reload`,
  );

  await on(worker, 'systemctl stop k3s-agent');
  const file = await readFile(site.lab.file, 'utf8');
  await writeFile(site.lab.file, file.replace(new RegExp(`    - name: ${worker}\n(      .*\n)*`), ''));
  expect(await site.init()).toMatchObject({ failed: 0, hosts: { length: 2 } });
  const content = await on(control(), `base64 ${shelf()}/${name}`);
  const copy = ['sh', '-c', 'umask 077; base64 -d > /root/snapshot'];
  expect(await execOn(site.lab.name, master, copy, content)).toMatchObject({ exitCode: 0 });
  await on(master, 'systemctl stop k3s');
  await on(master, 'k3s server --cluster-reset --cluster-reset-restore-path=/root/snapshot');
  await on(master, 'systemctl start k3s && rm /root/snapshot');
  await kubectl(`-n kube-system delete secret ${master}.node-password.k3s`);
  await writeFile(site.lab.file, file);
  expect(await site.init()).toMatchObject({ failed: 0 });

  expect(await kubectl('get configmap -o name')).toContain('configmap/before');
  expect(await kubectl('get configmap -o name')).not.toContain('configmap/after');
  expect(await site.status()).toMatchObject({ ready: true });
  expect(await containers()).toBe(running);
  expect(await site.init()).toMatchObject({ changes: 0, failed: 0 });
  const next = await save(master);
  await on(control(), FETCH);
  expect(await kept()).toContain(next);
});

it('a reset leaves them, each with its token, and nothing that fetches more', async () => {
  const before = await fetched();
  const reset = await site.run(site.on('reset', '--yes', '--output', 'json'));
  expect(documentOf<RunDocument>(reset)).toMatchObject({ failed: 0 });
  expect(await fetched()).toEqual(before);
  expect(await on(control(), 'systemctl list-unit-files "edgectl-*" --no-legend || true')).toBe('');
});
