import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DrillResult } from '../../src/actions/drill.ts';
import { execOn, fault, labDown } from '../lab/lab.ts';
import { documentOf } from './cli.ts';
import { within } from './cluster.ts';
import { openSite, type Site } from './site.ts';
import { bundleMaker } from './site-bundle.ts';

// A drill on a cluster with a VIP. The tests build on each other, in this order.
let site: Site;
const drill = (...words: readonly string[]) =>
  site.run(site.on('drill', '--yes', '--output', 'json', ...words));

/** Whether a node has anything of a drill: rules, a timer, a script. */
const isCut = async (node: string): Promise<boolean> => {
  const script =
    'iptables -t mangle -S | grep -c EDGECTL; systemctl is-active edgectl-drill.timer; ls /run/edgectl-drill*';
  const { stdout } = await execOn(site.lab.name, node, ['sh', '-c', script]);
  return stdout.trim() !== '0\ninactive';
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

it('is refused where there is no cluster yet', async () => {
  const { code, stderr } = await drill();
  expect(stderr).toContain('has not been made yet');
  expect(code).toBe(4);
});

it('pulls each server in turn: no write is lost, and writes go on within seconds', async () => {
  await (await bundleMaker(site)).make({ serial: 1, debs: ['keepalived'] });
  expect(await site.init()).toMatchObject({ failed: 0 });
  const result = documentOf<DrillResult>(await drill());
  process.stderr.write(`${JSON.stringify(result)}\n`);
  expect(result.writesLost).toBe(0);
  expect(result.writes).toBeGreaterThan(100);
  expect(result.pulls.map(({ role }) => role)).toEqual(['master', 'master', 'witness']);
  for (const { role, led, secondsWithoutWrite, failedWrites } of result.pulls) {
    if (role === 'master') expect(secondsWithoutWrite).toBeLessThanOrEqual(10);
    else if (led) expect(secondsWithoutWrite).toBeLessThanOrEqual(8);
    else expect(failedWrites).toBe(0);
  }
});

it('leaves nothing behind, and the cluster as it was', async () => {
  expect(await Promise.all(site.names().map(isCut))).toEqual(site.names().map(() => false));
  const maps = ['/usr/local/bin/k3s', 'kubectl', '-n', 'kube-system', 'get', 'configmap', '-o', 'name'];
  const [first = ''] = await site.masters();
  expect((await execOn(site.lab.name, first, maps)).stdout).not.toContain('edgectl-drill');
  expect((await site.status()).ready).toBe(true);
  expect(await site.init()).toMatchObject({ changes: 0, failed: 0 });
});

it('says what it would do, and does not do it', async () => {
  const before = await site.traces();
  const { stdout } = await site.run(site.on('drill', '--dry-run'));
  for (const name of await site.masters()) expect(stdout).toContain(`cut ${name} off the network for 30 s`);
  expect(await site.traces()).toEqual(before);
});

it('killed in the middle, the host that was cut off comes back by itself', async () => {
  const [first = ''] = await site.masters();
  expect(await site.run.killedWhen(site.on('drill', '--yes'), () => isCut(first))).toBe(true);
  expect(await isCut(first)).toBe(true);
  const seconds = await within(60, `${first} is back`, async () => !(await isCut(first)));
  process.stderr.write(`killed: ${first} was back after ${seconds} s\n`);
  await within(120, 'the cluster is whole', async () => (await site.status()).ready);
  expect(await site.init()).toMatchObject({ changes: 0, failed: 0 });
});

it('is refused while a node is missing', async () => {
  const control = site.names()[0] ?? '';
  const worker = (await site.status()).nodes.find(({ role }) => role === 'worker')?.name ?? control;
  await fault(site.lab.name, worker, 'power-off');
  const { code, stderr } = await drill();
  expect(stderr).toContain(`silent: ${worker}`);
  expect(code).toBe(4);
});
