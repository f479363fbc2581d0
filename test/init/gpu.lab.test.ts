import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startRegistry } from '../bundle/docker-registry.ts';
import { programLayer, pushImage } from '../bundle/make-image.ts';
import { scriptOn } from '../lab/exec-on.ts';
import { l4tArchives, TOOLKIT } from '../lab/gpu/archive.ts';
import { CARDS, GIVEN, makeCards, NVML } from '../lab/gpu/cards.ts';
import { GPU_DEVICE, type GpuParts, gpuParts, makeJetson } from '../lab/gpu/jetson.ts';
import { execOn, labDown } from '../lab/lab.ts';
import { documentOf, type RunDocument } from './cli.ts';
import { invocations, kubectl, within } from './cluster.ts';
import { openSite, type Site } from './site.ts';
import { bundleMaker } from './site-bundle.ts';

// A cabinet with one Jetson, and with a PC that gets cards later. Their parts are NVIDIA's own up to the silicon. The tests build on each other, in this order.
const JETSON = 'board-3';
const IMAGE = 'nvcr.io/nvidia/k8s-device-plugin:v0.17.4';

let site: Site;
let master = '';
let pc = '';
let parts: GpuParts;
let stopRegistry = async () => {};
const at = (name: string): string => join(dirname(site.lab.file), name);
const on = (node: string, script: string) => scriptOn(site.lab.name, node, script);

/** Has the cluster file say something of GPUs, or nothing. */
const say = async (gpu: string) => {
  const file = (await readFile(site.lab.file, 'utf8')).replace(/^ {2}gpu: .*\n/m, '');
  await writeFile(site.lab.file, gpu === '' ? file : `${file}  gpu: ${gpu}\n`);
};

/** `init`, and again: it finds nothing to change. */
const settle = async (): Promise<RunDocument> => {
  const done = await site.init();
  expect(done).toMatchObject({ failed: 0 });
  expect(await site.init()).toMatchObject({ changes: 0, failed: 0 });
  return done;
};

const PROOF = 'prove-accelerators';

/** Kills runs of `init` with -9, each at the first change of another of these phases, or at the first pod of the proof. */
const killedAt = async (phases: readonly string[]): Promise<readonly string[]> => {
  const killed: string[] = [];
  for (;;) {
    const before = killed.length;
    await site.run.watch(site.on('init', '--yes'), (event, send) => {
      if (killed.length > before || (event.type !== 'change-started' && event.type !== 'wait-started'))
        return;
      if (killed.includes(event.phase) || !phases.includes(event.phase)) return;
      if (event.type === 'wait-started' && !(event.phase === PROOF && event.says.startsWith('a pod on')))
        return;
      killed.push(event.phase);
      send('SIGKILL');
    });
    if (killed.length === before) return killed.sort();
  }
};

const ofNode = async (node: string, path: string): Promise<string> =>
  kubectl(site.lab.name, master, 'get', 'node', node, '-o', `jsonpath={${path}}`);

const config = () => on(JETSON, 'cat /var/lib/rancher/k3s/agent/etc/containerd/config.toml');
const RUNTIME = /runtimes\.nvidia\.options\][^[]*BinaryName = "\/usr\/bin\/nvidia-container-runtime"/;

const offered = (node: string) => ofNode(node, '.status.allocatable.nvidia\\.com/gpu');

/** Starts pods that ask for the GPU class and one share each; on whichever board. */
const startCameras = async (indexes: readonly number[]) => {
  const items = indexes.map((index) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `camera-${index}`, labels: { app: 'camera' } },
    spec: {
      runtimeClassName: 'nvidia',
      terminationGracePeriodSeconds: 0,
      tolerations: [{ operator: 'Exists' }],
      containers: [
        {
          name: 'camera',
          image: 'edgectl/echo:1',
          imagePullPolicy: 'IfNotPresent',
          resources: { limits: { 'nvidia.com/gpu': 1 } },
        },
      ],
    },
  }));
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  await execOn(site.lab.name, master, ['k3s', 'kubectl', 'apply', '-f', '-'], list);
};

/** The boards of the cameras that run, one for each. */
const running = async (): Promise<readonly string[]> => {
  const words = '-l app=camera --field-selector=status.phase=Running -o jsonpath={.items[*].spec.nodeName}';
  return (await kubectl(site.lab.name, master, 'get', 'pods', ...words.split(' ')))
    .split(' ')
    .filter(Boolean);
};

beforeAll(async () => {
  site = await openSite('gpu', { boards: 3 });
  const file = await readFile(site.lab.file, 'utf8');
  await writeFile(site.lab.file, file.replace(`name: ${JETSON}\n`, `name: ${JETSON}\n      role: worker\n`));
  await makeJetson(site.lab.name, JETSON);

  parts = await gpuParts();
  const maker = await bundleMaker(site);
  await mkdir(at('nvidia'), { recursive: true });
  const archives = await l4tArchives(at('nvidia'), parts);
  for (const name of ['r36.status', 'r38.status'])
    await writeFile(at(name), await on(JETSON, 'cat /var/lib/dpkg/status'));
  const registry = await startRegistry(at('storage'));
  stopRegistry = registry.stop;
  const layers = [await programLayer(parts.plugin, parts.libraries)];
  const images = [{ platform: { architecture: 'amd64' }, layers }];
  const to = `${registry.host}/nvidia/k8s-device-plugin:v0.17.4`;
  const digest = await pushImage({ to, images, index: false });
  await maker.make({
    serial: 1,
    more: {
      images: [{ ref: `${IMAGE}@${digest}`, arch: 'amd64' }],
      registries: { 'nvcr.io': { mirrors: [`http://${registry.host}`] } },
      debs: archives.pins([at('r36.status'), at('r38.status')]),
    },
  });
  await archives.key.stop();
});
afterAll(async () => {
  await stopRegistry();
  await labDown(site.lab.name);
});

it('a board that is no Jetson is refused where Jetsons are asked for, before anything is changed', async () => {
  await say('{ runtime: jetson }');
  const before = await site.traces();
  const { code, stderr } = await site.run(site.on('init', '--yes'));
  expect(code).toBe(7);
  for (const board of ['board-1', 'board-2'])
    expect(stderr).toContain(`${board}: the cluster file asks for jetson: no such GPU`);
  expect(stderr).not.toContain(`${JETSON}: the cluster file`);
  expect(await site.traces()).toEqual(before);
});

it('a plan tells what each board has, and why', async () => {
  await say('{ shares: 5 }');
  const { code, stdout, stderr } = await site.run(site.on('plan'));
  expect(code, stderr).toBe(0);
  expect(stdout + stderr).toContain(`${JETSON}: jetson (a Jetson with L4T R36.4.3)`);
  expect(stdout + stderr).toContain('board-1: none (no GPU)');
});

it('is killed with -9 at the first change of each phase that GPUs need, and while a pod proves them, and goes on', async () => {
  const phases = ['bring-packages', 'install-packages', 'start-agent', 'label-nodes', 'offer-accelerators'];
  expect(await killedAt([...phases, PROOF])).toEqual([...phases, PROOF].sort());
});

it('init installs the toolkit of its L4T offline, has k3s see it, and shares the GPU; then nothing is left to do', async () => {
  await settle();
  [master = ''] = await site.masters();
  expect(
    await kubectl(site.lab.name, master, 'get', 'pods', '-n', 'kube-system', '-o', 'name'),
  ).not.toContain('edgectl-accelerator');
  expect(await on(JETSON, "dpkg-query -W -f '${Version}' nvidia-container-toolkit")).toBe(TOOLKIT);
  expect(await config()).toMatch(RUNTIME);
  expect(await offered(JETSON)).toBe('5');
  expect(await ofNode(JETSON, '.metadata.labels.edgectl\\.io/accelerator')).toBe('jetson');
  for (const board of ['board-1', 'board-2']) {
    expect(await offered(board)).toBe('');
    expect(await on(board, 'ls /usr/bin/nvidia* /etc/systemd/system/k3s*.d 2>/dev/null || true')).toBe('');
  }
});

it('a pod that asks for the GPU class gets the GPU of the board, and five of them share it', async () => {
  await startCameras([1, 2, 3, 4, 5, 6]);
  await within(120, 'five pods run', async () => (await running()).length === 5);
  expect(new Set(await running())).toEqual(new Set([JETSON]));
  // What the runtime gave the containers, seen from the board: the device of L4T's list, which no other container has.
  const seen = await on(
    JETSON,
    `for pid in $(pgrep -x echo); do [ ! -c /proc/$pid/root${GPU_DEVICE} ] || echo yes; done`,
  );
  expect(seen.trim().split('\n')).toEqual(Array(5).fill('yes'));
  await kubectl(site.lab.name, master, 'delete', 'pods', '-l', 'app=camera', '--now');
});

it('other shares make another device plugin, and start no k3s anew', async () => {
  const before = await invocations(site.lab);
  await say('{ shares: 2 }');
  const done = await settle();
  expect(done).toMatchObject({ changes: 1 });
  expect(await offered(JETSON)).toBe('2');
  expect(await invocations(site.lab)).toEqual(before);
});

it('where it is asked for, every pod of the board gets the runtime unasked', async () => {
  await say('{ shares: 2, defaultRuntime: true }');
  await settle();
  expect(await config()).toContain('default_runtime_name = "nvidia"');
});

it('where none is asked for, everything of it goes but the packages, and k3s runs without; killed on the way, too', async () => {
  await say('{ runtime: none }');
  const phases = ['label-nodes', 'offer-accelerators', 'start-agent'];
  expect(await killedAt(phases)).toEqual(phases);
  await settle();
  expect(await config()).toContain('default_runtime_name = "runc"');
  expect(await ofNode(JETSON, '.metadata.labels.edgectl\\.io/accelerator')).toBe('');
  expect(await kubectl(site.lab.name, master, 'get', 'daemonsets', '-n', 'kube-system', '-o', 'name')).toBe(
    '',
  );
  expect(documentOf(await site.run(site.on('plan', '--output', 'json')))).toMatchObject({ changes: 0 });
});

it('a toolkit that comes to a worker which runs already has k3s started again there, and nowhere else', async () => {
  const its =
    'nvidia-container-toolkit nvidia-container-toolkit-base libnvidia-container-tools libnvidia-container1';
  await on(JETSON, `dpkg --purge ${its} && systemctl restart k3s-agent`);
  await within(60, 'k3s has no runtime for GPUs', async () => !RUNTIME.test(await config()));
  const before = await invocations(site.lab);
  await say('{ shares: 3 }');
  await settle();
  const after = await invocations(site.lab);
  expect(site.names().filter((name) => after[name] !== before[name])).toEqual([JETSON]);
  expect(await config()).toMatch(RUNTIME);
  expect(await offered(JETSON)).toBe('3');
});

it('the cards of a PC are found through NVML and shared as a Jetson is, also when a run is killed at each phase of it', async () => {
  pc = (await site.masters()).find((name) => name !== master) ?? '';
  await makeCards(site.lab.name, pc, parts, at('nvidia/r36.4/pool/main'));
  const { stdout, stderr } = await site.run(site.on('plan'));
  expect(stdout + stderr).toContain(
    `${pc}: nvidia (${CARDS.count} × ${CARDS.name} with driver ${CARDS.driver})`,
  );
  const before = await invocations(site.lab);
  const phases = ['label-nodes', 'offer-accelerators', PROOF, 'start-server'];
  expect(await killedAt(phases)).toEqual(phases);
  await settle();
  const after = await invocations(site.lab);
  expect(site.names().filter((name) => after[name] !== before[name])).toEqual([pc]);
  expect(await offered(pc)).toBe(`${CARDS.count * 3}`);
  expect(await ofNode(pc, '.metadata.labels.edgectl\\.io/accelerator')).toBe('nvidia');
  expect(await offered(JETSON)).toBe('3');

  // Nine shares in all: as many pods get one, the cards' six the driver's library and one card each.
  await startCameras([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  await within(120, 'nine pods run', async () => (await running()).length === 9);
  expect((await running()).filter((name) => name === pc)).toHaveLength(6);
  const root = '/proc/$pid/root';
  const given = `for pid in $(pgrep -x echo); do [ ! -e ${root}${NVML} ] || cat ${root}${GIVEN}; done`;
  const cards = (await on(pc, given)).trim().split('\n');
  expect(cards).toHaveLength(6);
  expect(new Set(cards).size).toBe(CARDS.count);
  for (const card of cards) expect(card).toMatch(/^GPU-[-0-9]+$/);
  await kubectl(site.lab.name, master, 'delete', 'pods', '-l', 'app=camera', '--now');
});

it('reset leaves the packages, and nothing else of it', async () => {
  expect(documentOf(await site.run(site.on('reset', '--yes', '--output', 'json')))).toMatchObject({
    failed: 0,
  });
  const left = 'ls -d /etc/systemd/system/k3s*.d /etc/rancher /var/lib/edgectl/* 2>/dev/null || true';
  for (const board of [JETSON, pc]) {
    expect(await on(board, left)).toBe('');
    expect(await on(board, "dpkg-query -W -f '${Version}' nvidia-container-toolkit")).toBe(TOOLKIT);
  }
});
