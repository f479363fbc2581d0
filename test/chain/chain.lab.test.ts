import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Suppliers } from '../../src/ports/distribution.ts';
import type { Cluster, Host } from '../../src/spec/cluster.ts';
import { execOn, fault, type LabSummary, labDown, ringLab } from '../lab/lab.ts';
import { type Bringer, INTO, openBringer } from './bring.ts';

// Real nodes, real sshd, real relays: content goes once to the control node, and from there from board to board.
let lab: LabSummary;
let cluster: Cluster;
let bringer: Bringer;
const blobOf: Bringer['blobOf'] = (name, size) => bringer.blobOf(name, size);
const bring: Bringer['bring'] = (blobs, wish) => bringer.bring(blobs, wish);

beforeAll(async () => {
  lab = await ringLab('chain', { boards: 6, k3s: false });
  bringer = await openBringer(lab);
  cluster = bringer.cluster;
});
afterAll(async () => {
  await labDown(lab.name);
  bringer.close();
});

const sums = async (node: string): Promise<string> =>
  (
    await execOn(lab.name, node, [
      'sh',
      '-c',
      `cd ${INTO} && sha256sum *; ls -R ${INTO} | grep -c part; true`,
    ])
  ).stdout;

const relaysOn = async (node: string): Promise<string> =>
  (await execOn(lab.name, node, ['sh', '-c', 'ps ax | grep -c "[n]ode-helper relay"; true'])).stdout.trim();

describe('a chain', () => {
  it('with a rate brings content to a single board too, no faster than that', async () => {
    const one = blobOf('one', 8 << 20);
    const [first] = cluster.hosts;
    const began = performance.now();
    const { ends, byStar } = await bring((host) => (host === first ? [one] : []), { rate: 4 << 20 });
    // The star is not bounded, so that the time shows who brought it; how much longer it took says nothing.
    expect(performance.now() - began).toBeGreaterThan(2_000);
    expect(ends).toEqual({ [first?.key ?? '']: 'there' });
    expect(byStar).toEqual([cluster.control.key]);
  });

  it('brings every board what it is to have, through one link of the control node, and leaves nothing running', async () => {
    const big = blobOf('big', (300 << 20) + 17);
    const small = blobOf('small', 4096);
    // Of two kinds, as with two architectures: nobody gets what it does not need.
    const even = (host: Host) => cluster.hosts.indexOf(host) % 2 === 0;
    const { ends, byStar } = await bring((host) =>
      host.duty === 'control' ? [small] : even(host) ? [big, small] : [big],
    );
    expect(Object.values(ends)).toEqual(Array(7).fill('there'));
    expect(new Set(byStar)).toEqual(new Set([cluster.control.key]));
    for (const host of cluster.hosts) {
      const found = await sums(host.key);
      expect(found).toContain(`${big.digest.slice(7)}  ${big.digest}`);
      expect(found.includes(small.digest)).toBe(even(host));
      expect(found.trimEnd().endsWith('\n0')).toBe(true);
      expect(await relaysOn(host.key)).toBe('0');
    }
    expect(await sums('control')).not.toContain(big.digest);
  });

  it('goes around a board whose power is cut, and says so of that board alone', async () => {
    const big = blobOf('more', 300 << 20);
    const victim = cluster.hosts[2]?.key ?? '';
    let isCut = false;
    let cut: Promise<void> | undefined;
    const onProgress = (host: Host, done: number) => {
      if (host.key !== victim || isCut || done < 20 << 20) return;
      isCut = true;
      cut = fault(lab.name, victim, 'power-off').then(() => {});
    };
    const { ends } = await bring(() => [big], { onProgress });
    await cut;
    expect(isCut).toBe(true);
    for (const [host, end] of Object.entries(ends)) {
      if (host === victim) expect(end).not.toBe('there');
      else expect(`${host} ${end}`).toBe(`${host} there`);
    }
    await fault(lab.name, victim, 'power-on');
    const again = await bring((host) => (host.key === victim ? [big] : []));
    expect(again.ends).toEqual({ [victim]: 'there' });
    expect(await sums(victim)).toContain(big.digest);
  });
});

describe('a chain from neighbours', () => {
  /** What hosts have in place under a path of theirs, as edgectl found out. */
  const held = (path: string, digest: string, ...hosts: readonly Host[]): Suppliers['holders'] =>
    new Map([[digest, hosts.map((host) => ({ host, path }))]]);
  const counters = async (node: string): Promise<{ readonly rx: number; readonly tx: number }> => {
    const { stdout } = await execOn(lab.name, node, [
      'cat',
      '/sys/class/net/eth0/statistics/rx_bytes',
      '/sys/class/net/eth0/statistics/tx_bytes',
    ]);
    const [rx = 0, tx = 0] = stdout.trim().split('\n').map(Number);
    return { rx, tx };
  };

  it('is fed by a board that has it in place; the control node and the star send nothing', async () => {
    const model = blobOf('model', 48 << 20);
    const [giver, ...others] = cluster.hosts;
    if (!giver) throw new Error('no boards');
    await bring((host) => (host === giver ? [model] : []), { rate: 1 << 30 });
    const at = '/var/lib/rancher/model.onnx';
    await execOn(lab.name, giver.key, ['mv', `${INTO}/${model.digest}`, at]);
    const [control, its] = [await counters('control'), await counters(giver.key)];
    const holders = held(at, model.digest, cluster.control, giver);
    const { ends, byStar } = await bring((host) => (others.includes(host) ? [model] : []), { holders });
    expect(Object.values(ends)).toEqual(Array(5).fill('there'));
    expect(byStar).toEqual([]);
    const [controlNow, itsNow] = [await counters('control'), await counters(giver.key)];
    expect(controlNow.tx - control.tx + controlNow.rx - control.rx).toBeLessThan(1 << 20);
    expect(itsNow.tx - its.tx).toBeGreaterThan(48 << 20);
    // Once, to the first of the chain, which passes it on.
    expect(itsNow.tx - its.tx).toBeLessThan(60 << 20);
    for (const { key } of others)
      expect(await sums(key)).toContain(`${model.digest.slice(7)}  ${model.digest}`);
  });

  it('takes nothing from others of what a board has elsewhere itself, if it is that', async () => {
    const own = blobOf('own', 16 << 20);
    const [board] = cluster.hosts;
    if (!board) throw new Error('no boards');
    await bring((host) => (host === board ? [own] : []));
    const at = '/var/lib/rancher/elsewhere';
    await execOn(lab.name, board.key, ['mv', `${INTO}/${own.digest}`, at]);
    const again = () =>
      bring((host) => (host === board ? [own] : []), { holders: held(at, own.digest, board) });
    const before = await counters(board.key);
    expect(await again()).toEqual({ ends: { [board.key]: 'there' }, byStar: [] });
    expect((await counters(board.key)).rx - before.rx).toBeLessThan(1 << 20);
    expect(await sums(board.key)).toContain(`${own.digest.slice(7)}  ${own.digest}`);
    await execOn(lab.name, board.key, ['sh', '-c', `rm ${INTO}/${own.digest}; echo other > ${at}`]);
    expect(await again()).toEqual({ ends: { [board.key]: 'there' }, byStar: [board.key] });
    expect(await sums(board.key)).toContain(`${own.digest.slice(7)}  ${own.digest}`);
  });

  it('falls back to the control node where the neighbour has other bytes, or nothing', async () => {
    const model = blobOf('other', 16 << 20);
    const [liar, one, two] = cluster.hosts;
    if (!liar || !one || !two) throw new Error('too few boards');
    const at = '/var/lib/rancher/lie';
    await execOn(lab.name, liar.key, ['sh', '-c', `head -c ${16 << 20} /dev/urandom > ${at}`]);
    for (const path of [at, '/var/lib/rancher/nothing']) {
      const { ends, byStar } = await bring((host) => ([one, two].includes(host) ? [model] : []), {
        holders: held(path, model.digest, liar),
      });
      expect(ends).toEqual({ [one.key]: 'there', [two.key]: 'there' });
      // The control node got it then, and gave it to the two.
      expect(byStar).toEqual([cluster.control.key]);
      for (const { key } of [one, two]) {
        expect(await sums(key)).toContain(`${model.digest.slice(7)}  ${model.digest}`);
        await execOn(lab.name, key, ['rm', `${INTO}/${model.digest}`]);
      }
    }
    expect((await execOn(lab.name, liar.key, ['stat', '-c', '%s', at])).stdout.trim()).toBe(`${16 << 20}`);
  });
});

it('the tests of the relay itself pass', async () => {
  await execa('go', ['test', './...'], { cwd: join(import.meta.dirname, '../../images/node-helper') });
});
