import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, expect, it } from 'vitest';
import { knock } from './knock.ts';
import { fault, labDown, labUp, ringLab } from './lab.ts';
import { layout } from './layout.ts';
import { containersOf, podman } from './podman.ts';
import { until } from './progress.ts';

const one = `one-${process.pid}`;
const two = `two-${process.pid}`;
const three = `three-${process.pid}`;
afterAll(() => Promise.all([one, two, three].map(labDown)));

const leftovers = async (name: string) => {
  const { folder, label, network } = layout(name);
  const [containers, volumes, networks, loops] = await Promise.all([
    containersOf(label),
    podman('volume', 'ls', '--quiet', '--filter', `label=${label}`),
    podman('network', 'ls', '--quiet', '--filter', `name=${network}$`),
    execa('losetup', ['--list', '--noheadings', '--output', 'BACK-FILE']),
  ]);
  const disks = loops.stdout.split('\n').filter((line) => line.startsWith(`${folder}/`));
  const folders = await stat(folder).then(
    () => [folder],
    () => [],
  );
  return [...containers, ...[volumes, networks].filter((text) => text !== ''), ...disks, ...folders];
};

it('two labs stand side by side, and each down takes only its own', async () => {
  const [first, second] = await Promise.all([
    ringLab('one', { boards: 0, k3s: false }),
    ringLab('two', { boards: 0, k3s: false }),
  ]);
  const [a = '', b = ''] = [first.nodes[0]?.address, second.nodes[0]?.address];
  expect(a.split('.').slice(0, 3)).not.toEqual(b.split('.').slice(0, 3));
  await labDown(one);
  expect(await leftovers(one)).toEqual([]);
  expect(await knock(b)).toBe('connected');
  // Its bridge goes with its only node; its addresses must not be sought elsewhere then.
  await fault(two, 'control', 'power-off');
  expect(await knock(b)).toBe('EHOSTUNREACH');
  await labDown(two);
  await labDown(two);
  expect(await leftovers(two)).toEqual([]);
  const [{ stdout: routes }, { stdout: rules }] = await Promise.all([
    execa('ip', ['route']),
    execa('iptables-save'),
  ]);
  for (const address of [a, b]) expect(routes + rules).not.toContain(address.replace(/\.\d+$/, '.'));
});

it('what a killed up leaves is taken over by up and removed by down', async () => {
  const main = join(import.meta.dirname, 'main.ts');
  const killed = async (milliseconds: number) => {
    const up = execa('node', ['--import', 'tsx', main, 'up', '--name', three, '--nodes', '1', '--no-k3s'], {
      reject: false,
    });
    const begun = await until(
      60,
      async () => (await stat(layout(three).folder).catch(() => undefined)) && true,
    );
    expect(begun).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    up.kill('SIGKILL');
    await up;
  };
  await killed(50);
  await labDown(three);
  expect(await leftovers(three)).toEqual([]);
  await killed(400);
  const lab = await labUp({ name: three, k3s: false });
  expect(await knock(lab.nodes.at(-1)?.address ?? '')).toBe('connected');
  await labDown(three);
  expect(await leftovers(three)).toEqual([]);
});
