import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DrillResult } from '../../src/actions/drill.ts';
import { execOn, fault, labDown } from '../lab/lab.ts';
import { documentOf } from './cli.ts';
import { kubectl, within } from './cluster.ts';
import { leadEtcd } from './etcd.ts';
import { openSite, type Site } from './site.ts';
import { bundleMaker } from './site-bundle.ts';

// A drill on a cluster with a VIP. The tests build on each other, in this order.
let site: Site;
const drill = (...words: readonly string[]) =>
  site.run(site.on('drill', '--yes', '--output', 'json', ...words));
const control = () => site.names()[0] ?? '';
const servers = async () => [...(await site.masters()), control()];

/** Whether a node has anything of a drill: rules, a timer, a script. */
const isCut = async (node: string): Promise<boolean> => {
  const script =
    'iptables -t mangle -S | grep -c EDGECTL; systemctl is-active edgectl-drill.timer; ls /run/edgectl-drill*';
  const { stdout } = await execOn(site.lab.name, node, ['sh', '-c', script]);
  return stdout.trim() !== '0\ninactive';
};
const cut = async (): Promise<readonly string[]> => {
  const found = site.names().map(async (name) => ((await isCut(name)) ? [name] : []));
  return (await Promise.all(found)).flat();
};
/** Whether what a drill writes into is there. */
const hasObject = async (): Promise<boolean> => {
  const [first = ''] = await site.masters();
  const maps = await kubectl(site.lab.name, first, '-n', 'kube-system', 'get', 'configmap', '-o', 'name');
  return maps.includes('edgectl-drill');
};
const isWhole = async (): Promise<boolean> => {
  const { ready, drift } = await site.status();
  return ready && drift.length === 0;
};

/** What the task asks of the figures; they are printed, to be read beside the bar. */
const judge = (result: DrillResult): void => {
  process.stderr.write(`${JSON.stringify(result)}\n`);
  expect(result.writesLost).toBe(0);
  expect(result.writes).toBeGreaterThan(100);
  expect(result.pulls.map(({ role }) => role).toSorted()).toEqual(['master', 'master', 'witness']);
  for (const { role, led, secondsWithoutWrite, failedWrites } of result.pulls) {
    if (role === 'master') expect(secondsWithoutWrite).toBeLessThanOrEqual(10);
    else if (led) expect(secondsWithoutWrite).toBeLessThanOrEqual(8);
    else expect(failedWrites).toBe(0);
  }
};

beforeAll(async () => {
  site = await openSite('drill', { boards: 3 });
  const vip = site.lab.nodes[0]?.address.replace(/\d+$/, '200') ?? '';
  const file = await readFile(site.lab.file, 'utf8');
  await writeFile(site.lab.file, file.replace('ha: witness', `ha: witness\n    vip: ${vip}`));
});
afterAll(async () => {
  await labDown(site.lab.name);
});

it('is refused where there is no cluster yet, and so is its plan', async () => {
  for (const { code, stderr } of [await drill(), await drill('--dry-run')]) {
    expect(stderr).toContain('has not been made yet');
    expect(code).toBe(4);
  }
});

it('is not begun without a word of consent', async () => {
  await (await bundleMaker(site)).make({ serial: 1, debs: ['keepalived'] });
  expect(await site.init()).toMatchObject({ failed: 0 });
  const { code, stderr } = await site.run(site.on('drill'));
  expect(stderr).toContain('there is no terminal to ask on');
  expect(code).toBe(2);
  expect(await cut()).toEqual([]);
  expect(await hasObject()).toBe(false);
});

it('pulls each server in turn: no write is lost, and without the control node none fails', async () => {
  const [first = ''] = await site.masters();
  await leadEtcd(site.lab.name, await servers(), first);
  const result = documentOf<DrillResult>(await drill());
  judge(result);
  // Who leads is pulled last.
  expect(result.pulls.map(({ host, led }) => [host, led]).at(-1)).toEqual([first, true]);
});

it('pulls the control node while it leads etcd: writes go on within seconds', async () => {
  await within(60, 'the cluster is whole', isWhole);
  await leadEtcd(site.lab.name, await servers(), control());
  const result = documentOf<DrillResult>(await drill());
  judge(result);
  expect(result.pulls.map(({ host, led }) => [host, led]).at(-1)).toEqual([control(), true]);
});

it('leaves nothing behind, and the cluster as it was', async () => {
  expect(await cut()).toEqual([]);
  expect(await hasObject()).toBe(false);
  expect((await site.status()).ready).toBe(true);
  expect(await site.init()).toMatchObject({ changes: 0, failed: 0 });
});

it('says what it would do, and does not do it', async () => {
  const before = await site.traces();
  const { stdout } = await site.run(site.on('drill', '--dry-run'));
  for (const name of await servers()) expect(stdout).toContain(`cut ${name} off the network for 30 s`);
  expect(await site.traces()).toEqual(before);
});

it('stopped in the middle, it waits until the host is back, and takes away what it wrote', async () => {
  let stopped = 0;
  const { code } = await site.run.watch(site.on('drill', '--yes'), (event, send) => {
    if (stopped > 0 || event.type !== 'change-done' || !event.says.startsWith('cut ')) return;
    stopped = Date.now();
    send('SIGINT');
  });
  process.stderr.write(`stopped: it ended ${(Date.now() - stopped) / 1000} s later\n`);
  expect(code).toBe(130);
  expect(await cut()).toEqual([]);
  expect(await hasObject()).toBe(false);
  await within(120, 'the cluster is whole', isWhole);
});

it('killed in the middle, the host comes back by itself, and init removes what is left', async () => {
  expect(await site.run.killedWhen(site.on('drill', '--yes'), async () => (await cut()).length > 0)).toBe(
    true,
  );
  const [name = ''] = await cut();
  const seconds = await within(60, `${name} is back`, async () => !(await isCut(name)));
  process.stderr.write(`killed: ${name} was back after ${seconds} s\n`);
  await within(120, 'the cluster is whole', async () => (await site.status()).ready);
  expect(await hasObject()).toBe(true);
  expect(await site.init()).toMatchObject({ changes: 1, failed: 0 });
  expect(await hasObject()).toBe(false);
  expect(await site.init()).toMatchObject({ changes: 0, failed: 0 });
});

it('is refused while a node is missing', async () => {
  const worker = (await site.status()).nodes.find(({ role }) => role === 'worker')?.name ?? '';
  await fault(site.lab.name, worker, 'power-off');
  const { code, stderr } = await drill();
  expect(stderr).toContain(`these do not answer: ${worker}`);
  expect(code).toBe(4);
});
