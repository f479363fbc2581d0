import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scriptOn } from '../lab/exec-on.ts';
import { fault, labDown } from '../lab/lab.ts';
import { openSite, type Site } from './site.ts';
import { bundleMaker } from './site-bundle.ts';

// A board loses its power and another one its cable while content is under way along the chain.
const DARK = 'board-3';
const CUT = 'board-4';
let site: Site;

beforeAll(async () => {
  site = await openSite('outage', { boards: 4 });
  const file = await readFile(site.lab.file, 'utf8');
  const asWorkers = file.replace(/name: (board-[34])\n/g, 'name: $1\n      role: worker\n');
  await writeFile(site.lab.file, asWorkers);
  await (await bundleMaker(site)).make({ serial: 1, files: { 'model.onnx': 32 << 20 } });
});
afterAll(async () => {
  await labDown(site.lab.name);
});

it('init goes on without them and says so of these two alone; run again, it heals to Ready', async () => {
  let struck: Promise<unknown> | undefined;
  let reached = 0;
  const failed = new Set<string>();
  // With a bound the chain serves any number of boards, and there is time to strike.
  const ran = await site.run.watch(site.on('init', '--yes', '--rate', '12M'), (event) => {
    if (event.type === 'host-failed') failed.add(event.host);
    if (struck || event.type !== 'progress' || event.phase !== 'place-k3s') return;
    if (event.host !== DARK || event.done < event.total / 4 || event.done === event.total) return;
    reached = event.done;
    struck = Promise.all([fault(site.lab.name, DARK, 'power-off'), fault(site.lab.name, CUT, 'link-down')]);
  });
  await struck;
  expect(reached).toBeGreaterThan(0);
  expect(ran.code).not.toBe(0);
  expect([...failed].sort()).toEqual(expect.arrayContaining([DARK, CUT]));
  const { nodes } = await site.status();
  for (const name of ['board-1', 'board-2'])
    expect(nodes.find((node) => node.name === name)).toMatchObject({ ready: true });

  await Promise.all([fault(site.lab.name, DARK, 'power-on'), fault(site.lab.name, CUT, 'link-up')]);
  expect(await site.init()).toMatchObject({ failed: 0 });
  expect((await site.status()).ready).toBe(true);
  expect(await site.init()).toMatchObject({ changes: 0, failed: 0 });
  for (const name of [DARK, CUT]) {
    const sums = 'cd /var/lib/edgectl/content && sha256sum *-model.onnx';
    expect(await scriptOn(site.lab.name, name, sums)).toBe(await scriptOn(site.lab.name, 'board-1', sums));
    const left =
      'find /var/lib/edgectl /var/lib/rancher/edgectl /usr/local/lib/edgectl -name "*part" | wc -l';
    expect((await scriptOn(site.lab.name, name, left)).trim()).toBe('0');
  }
});
