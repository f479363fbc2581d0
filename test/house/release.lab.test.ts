import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { documentOf, type RunDocument, type StatusDocument } from '../init/cli.ts';
import { scriptOn } from '../lab/exec-on.ts';
import { execOn, type LabSummary, labDown, ringLab } from '../lab/lab.ts';
import { podman } from '../lab/podman.ts';
import type { Release } from '../support/release/release.ts';
import { releaseFor } from './release-for.ts';

// A control device that has nothing but its release: edgectl runs on it, and the tests build on each other.
let lab: LabSummary;
let release: Release;
let name: string;

const onControl = (script: string) => scriptOn(lab.name, 'control', script);
const edgectl = async (...words: readonly string[]) => {
  const { exitCode: code, ...said } = await execOn(lab.name, 'control', ['edgectl', ...words]);
  return { code, ...said };
};

beforeAll(async () => {
  lab = await ringLab('release', { boards: 2 });
  const into = join(dirname(lab.file), 'made');
  release = await releaseFor(process.arch === 'arm64' ? 'arm64' : 'amd64', into);
  name = basename(release.files[0]?.path ?? '', '.tar.gz');
  // As the guide has it, by hand.
  const [control] = lab.nodes;
  for (const file of [release.sums, ...release.files.map(({ path }) => path)])
    await podman('cp', file, `${control?.container}:/root/`);
  await onControl(`cd /root && sha256sum --check SHA256SUMS && tar -xzf ${name}.tar.gz -C /opt
ln -s /opt/${name}/bin/edgectl /usr/local/bin/edgectl`);
});
afterAll(() => labDown(lab.name));

it('runs where there is no Node', async () => {
  expect((await execOn(lab.name, 'control', ['sh', '-c', 'command -v node'])).stdout).toBe('');
  expect(await edgectl('--version')).toEqual({ code: 0, stdout: release.version, stderr: '' });
  expect((await edgectl('completion', 'bash')).stdout).toContain('complete -F _edgectl edgectl');
});

it('holds the programs for boards of both architectures, every licence, and no more', async () => {
  const files = (await onControl(`cd /opt/${name} && find . -type f`)).split('\n');
  for (const path of [
    ...['LICENSE', 'dist/THIRD-PARTY-LICENSES', 'dist/node-helper/LICENSES', 'runtime/LICENSE'],
    ...['dist/node-helper/node-helper-amd64', 'dist/node-helper/node-helper-arm64', 'playbooks/init.yaml'],
  ])
    expect(files).toContain(`./${path}`);
  expect(files.filter((path) => /node_modules|\/src\/|\/include\/|npm|corepack/.test(path))).toEqual([]);
  const notices = await onControl(`grep -o '^[^ ]* [0-9.]* (' /opt/${name}/dist/THIRD-PARTY-LICENSES`);
  expect(notices.split('\n').map((line) => line.split(' ')[0])).toEqual(
    expect.arrayContaining(['ssh2', '@cyclonedx/cyclonedx-library', 'commander']),
  );
});

it('makes the device it lies on the witness of a cluster, without SSH to itself; twice', async () => {
  const file = parse(await readFile(lab.file, 'utf8'));
  file.spec.control = { address: file.spec.control.address, local: true };
  await execOn(lab.name, 'control', ['sh', '-c', 'umask 077; cat > /root/cluster.yaml'], stringify(file));
  const key = await readFile(lab.nodes[0]?.key ?? '', 'utf8');
  await execOn(lab.name, 'control', ['sh', '-c', 'umask 077; cat > /root/id_ed25519'], key);
  const init = async () =>
    documentOf<RunDocument>(await edgectl('init', '--yes', '--output', 'json', '-f', '/root/cluster.yaml'));
  const made = await init();
  expect(made.failed).toBe(0);
  expect(made.hosts.map(({ changes }) => changes > 0)).toEqual([true, true, true]);
  const { nodes, ready, drift } = documentOf<StatusDocument>(
    await edgectl('status', '--output', 'json', '-f', '/root/cluster.yaml'),
  );
  expect({ ready, drift }).toEqual({ ready: true, drift: [] });
  expect(nodes.map(({ role }) => role).sort()).toEqual(['master', 'master', 'witness']);
  expect(await init()).toMatchObject({ changes: 0, failed: 0 });
});
