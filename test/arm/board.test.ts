import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { machinesOf } from '../lab/arm/machine.ts';
import { tapOf } from '../lab/arm/tap.ts';
import { execOn, scriptOn } from '../lab/exec-on.ts';
import { knock } from '../lab/knock.ts';
import { fault, type LabSummary, labDown, labStatus, labUp, ringLab } from '../lab/lab.ts';
import { layout } from '../lab/layout.ts';

// What the lab promises of an emulated board, without a cluster.
const BOARD = 'arm-1';
const killed = `killed-${process.pid}`;
let lab: LabSummary;

beforeAll(async () => {
  lab = await ringLab('board', { boards: 0, arm: 1, k3s: false });
});
afterAll(() => Promise.all([lab.name, killed].map(labDown)));

const address = () => lab.nodes.find(({ name }) => name === BOARD)?.address ?? '';
const on = async (script: string) => (await scriptOn(lab.name, BOARD, script)).trim();
const bootId = () => on('cat /proc/sys/kernel/random/boot_id');
const strike = (kind: string) => fault(lab.name, BOARD, kind);

describe('an emulated board', () => {
  it('is not changed by a second up', async () => {
    const before = [await bootId(), await machinesOf(layout(lab.name))];
    expect(await labUp({ name: lab.name, k3s: false })).toEqual(lab);
    expect([await bootId(), await machinesOf(layout(lab.name))]).toEqual(before);
  });

  it('is a worker in the cluster file, and settled', async () => {
    expect(lab.nodes[1]).toMatchObject({ name: BOARD, model: 'orin-nano' });
    expect(lab.nodes[1]).not.toHaveProperty('container');
    expect(await on('systemctl is-system-running --wait; cat /etc/hostname')).toBe('running\narm-1');
    const { stdout } = await execa('grep', ['-A2', 'name: arm-1', lab.file]);
    expect(stdout).toContain('role: worker');
  });

  it('whose power is cut keeps what was written and what it is; up switches it on too', async () => {
    const identity = () => on('cat /etc/machine-id /etc/ssh/ssh_host_ed25519_key.pub; hostname');
    const before = [await identity(), await bootId()];
    await on('echo kept > /root/kept; hostname north; echo north > /etc/hostname; sync');
    await strike('power-off');
    await strike('power-off');
    expect((await labStatus(lab.name)).nodes.map(({ running }) => running)).toEqual([true, false]);
    expect(await knock(address())).not.toBe('connected');
    expect(await labUp({ name: lab.name, k3s: false })).toEqual(lab);
    expect(await on('cat /root/kept; hostname')).toBe('kept\nnorth');
    await on('hostname arm-1; echo arm-1 > /etc/hostname');
    expect(await identity()).toBe(before[0]);
    expect(await bootId()).not.toBe(before[1]);
  });

  it('without a battery starts in 1970, with one it does not', async () => {
    await strike('battery-out');
    await strike('power-off');
    await strike('power-on');
    expect(await on('date +%Y')).toBe('1970');
    await strike('battery-in');
    await strike('power-off');
    await strike('power-on');
    expect(Math.abs(Date.now() / 1000 - Number(await on('date +%s')))).toBeLessThan(10);
  });

  it('starts again at the push of its reset button', async () => {
    const before = await bootId();
    await strike('reset');
    expect(await bootId()).not.toBe(before);
  });

  it('is out of reach while its cable is out', async () => {
    await strike('link-down');
    await strike('link-down');
    expect(await knock(address())).not.toBe('connected');
    await strike('link-up');
    expect(await knock(address())).toBe('connected');
  });

  it('may have a slow disk, and a full one', async () => {
    const write = () =>
      execOn(lab.name, BOARD, ['dd', 'if=/dev/zero', 'of=/x', 'bs=64k', 'count=64', 'oflag=dsync']);
    const seconds = ({ stderr }: { readonly stderr: string }) =>
      Number(/copied, ([\d.]+) s/.exec(stderr)?.[1]);
    await strike('slow-disk');
    const slow = seconds(await write());
    // No machine is faster than 64 writes at 40 a second.
    expect(slow).toBeGreaterThan(1.5);
    await strike('fast-disk');
    expect(seconds(await write())).toBeLessThan(slow);
    await strike('disk-full');
    expect((await execOn(lab.name, BOARD, ['tee', '/y'], 'text')).stderr).toContain(
      'No space left on device',
    );
    await strike('disk-free');
    expect((await execOn(lab.name, BOARD, ['tee', '/y'], 'text')).exitCode).toBe(0);
  });

  it('knows no other fault', async () => {
    await expect(strike('flood')).rejects.toThrow('flood is no fault of the lab: it knows power-off,');
    await expect(fault(lab.name, 'control', 'reset')).rejects.toThrow(
      'reset cannot be shown on a container node',
    );
  });
});

it('what a killed up leaves of a board goes with down', async () => {
  const main = join(import.meta.dirname, '../lab/main.ts');
  const words = ['up', '--name', killed, '--nodes', '0', '--arm', '1', '--no-k3s'];
  const up = execa('node', ['--import', 'tsx', main, ...words], { reject: false });
  const machines = () => machinesOf(layout(killed));
  await expect.poll(async () => (await machines()).size, { timeout: 120_000, interval: 20 }).toBe(1);
  up.kill('SIGKILL');
  await up;
  const { nodes } = await labStatus(killed);
  await labDown(killed);
  expect((await machines()).size).toBe(0);
  const { stdout: links } = await execa('ip', ['link']);
  expect(links).not.toContain(tapOf(nodes[1]?.address ?? ''));
});
