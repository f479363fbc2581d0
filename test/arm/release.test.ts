import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { releaseFor } from '../house/release-for.ts';
import { documentOf, type RunDocument, type StatusDocument } from '../init/cli.ts';
import { scriptOn } from '../lab/exec-on.ts';
import { execOn, type LabSummary, labDown, ringLab, sshCommand } from '../lab/lab.ts';
import type { Release } from '../support/release/release.ts';

// The control device of the field: an arm64 board with nothing but its release. edgectl runs on it and makes two containers
// the masters. The tests build on each other, in this order.
const DEVICE = 'arm-1';
const MASTERS = ['board-1', 'board-2'];
const FILE = '/root/cluster.yaml';
let lab: LabSummary;
let release: Release;

const onDevice = async (script: string) => (await scriptOn(lab.name, DEVICE, script)).trim();
const edgectl = async (...words: readonly string[]) => {
  const { exitCode: code, ...said } = await execOn(lab.name, DEVICE, ['edgectl', ...words]);
  return { code, ...said };
};

/** Brings a file into root's home on the device, byte for byte, readable for root alone. */
const bring = async (name: string, content: string | Buffer) => {
  const [program = 'ssh', ...parts] = await sshCommand(lab.name, DEVICE);
  await execa(program, [...parts, `sudo sh -c 'umask 077; cat > /root/${name}'`], { input: content });
};

beforeAll(async () => {
  lab = await ringLab('device', { boards: MASTERS.length, arm: 1 });
  release = await releaseFor('arm64', join(dirname(lab.file), 'made'));
  for (const file of [release.sums, ...release.files.map(({ path }) => path)])
    await bring(basename(file), await readFile(file));
});
afterAll(() => labDown(lab.name));

it('a release runs on a board that has no Node, as the guide has it', async () => {
  const name = basename(release.files[0]?.path ?? '', '.tar.gz');
  expect(await onDevice('uname -m; command -v node || echo none')).toBe('aarch64\nnone');
  await onDevice(`cd /root && sha256sum --check SHA256SUMS && tar -xzf ${name}.tar.gz -C /opt
ln -s /opt/${name}/bin/edgectl /usr/local/bin/edgectl`);
  expect(await edgectl('--version')).toEqual({ code: 0, stdout: release.version, stderr: '' });
});

it('it makes its device the witness of a cluster, without SSH to itself; twice', async () => {
  const file = parse(await readFile(lab.file, 'utf8'));
  const { address } = lab.nodes.find(({ name }) => name === DEVICE) ?? {};
  file.spec.control = { address, local: true };
  file.spec.hosts = file.spec.hosts.filter(({ name }: { name: string }) => MASTERS.includes(name));
  await bring(basename(FILE), stringify(file));
  await bring('id_ed25519', await readFile(lab.nodes[0]?.key ?? ''));

  const init = async () =>
    documentOf<RunDocument>(await edgectl('init', '--yes', '--output', 'json', '-f', FILE));
  const made = await init();
  expect(made.failed).toBe(0);
  expect(made.hosts.every(({ changes }) => changes > 0)).toBe(true);
  const { nodes, etcd, ready, drift } = documentOf<StatusDocument>(
    await edgectl('status', '--output', 'json', '-f', FILE),
  );
  expect({ ready, drift }).toEqual({ ready: true, drift: [] });
  expect(nodes.map(({ name, role }) => `${name} ${role}`).sort()).toEqual([
    `${DEVICE} witness`,
    ...MASTERS.map((name) => `${name} master`),
  ]);
  expect(etcd.filter(({ voter, healthy }) => voter && healthy)).toHaveLength(3);
  expect(await init()).toMatchObject({ changes: 0, failed: 0 });
});

it('etcd on the device waits for no memory: its zram is off, and stays off', async () => {
  expect(await onDevice('tail -n +2 /proc/swaps; systemctl is-enabled nvzramconfig || true')).toBe(
    'disabled',
  );
});
