import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scriptOn } from '../lab/exec-on.ts';
import { execOn, fault, labDown } from '../lab/lab.ts';
import { documentOf, type RunDocument } from './cli.ts';
import { within } from './cluster.ts';
import { openSite, type Site } from './site.ts';
import { bundleMaker } from './site-bundle.ts';

// A VIP that keepalived keeps, out of a bundle and without a network. The tests build on each other, in this order.
let site: Site;
let vip = '';

const on = (node: string, script: string) => scriptOn(site.lab.name, node, script);
/** The nodes that have the VIP; one without power has nothing. */
const holders = async (): Promise<readonly string[]> => {
  const found = site.names().map(async (name) => {
    const { stdout } = await execOn(site.lab.name, name, ['ip', '-4', '-o', 'address']);
    return stdout.includes(` ${vip}/`) ? [name] : [];
  });
  return (await Promise.all(found)).flat();
};
/** What the supervisor says through the VIP, whose name has to stand in its certificate. */
const ping = async (): Promise<string> => {
  const ca = join(dirname(site.lab.file), 'ca.crt');
  const { stdout } = await execa('curl', ['-s', '-m', '2', '--cacert', ca, `https://${vip}:6443/ping`], {
    reject: false,
  });
  return stdout;
};
const other = async (node: string) => (await site.masters()).find((name) => name !== node) ?? '';

beforeAll(async () => {
  site = await openSite('vip', { boards: 3 });
  vip = site.lab.nodes[0]?.address.replace(/\d+$/, '200') ?? '';
  const file = await readFile(site.lab.file, 'utf8');
  await writeFile(site.lab.file, file.replace('ha: witness', `ha: witness\n    vip: ${vip}`));
});
afterAll(async () => {
  await labDown(site.lab.name);
});

it('without keepalived, on the masters or in the bundle, nothing is changed', async () => {
  const before = await site.traces();
  const { code, stderr } = await site.run(site.on('init', '--yes'));
  expect(stderr).toContain('needs keepalived, which neither it nor the bundle has');
  expect(code).toBe(7);
  expect(await site.traces()).toEqual(before);
});

it('the bundle brings it, apt installs it on the masters alone, once nobody else installs', async () => {
  await (await bundleMaker(site)).make({ serial: 1, debs: ['keepalived'] });
  // Somebody else holds the lock of dpkg on every board, as the upgrades do that a board makes by itself.
  const hold = `use Fcntl; open(my $lock, ">", "/var/lib/dpkg/lock-frontend") or die;
my $wanted = pack("s s x4 q q i x4", F_WRLCK, 0, 0, 0, 0); fcntl($lock, F_SETLK, $wanted) or die;
sleep 1 while -e "/run/busy"`;
  const boards = site.names().slice(1);
  await Promise.all(boards.map((name) => on(name, 'touch /run/busy')));
  const held = boards.map((name) => execOn(site.lab.name, name, ['perl', '-e', hold]));
  const seen: string[] = [];
  const { code, stderr } = await site.run.watch(site.on('init', '--yes'), (event) => {
    if (event.type === 'wait-started' && event.says === 'no other program installs packages')
      setTimeout(() => {
        seen.push(`${event.host} is free`);
        on(event.host, 'rm /run/busy').catch(() => {});
      }, 3000);
    if (event.type === 'change-started' && event.says.startsWith('install '))
      seen.push(`${event.host} installs`);
  });
  expect(code, stderr.slice(-2000)).toBe(0);
  await Promise.all(boards.map((name) => on(name, 'rm -f /run/busy')));
  await Promise.all(held);
  const masters = await site.masters();
  expect(seen.toSorted()).toEqual(
    masters.flatMap((name) => [`${name} installs`, `${name} is free`]).toSorted(),
  );
  for (const name of masters)
    expect(seen.indexOf(`${name} installs`)).toBeGreaterThan(seen.indexOf(`${name} is free`));
  const installed = boards.map(
    async (name) =>
      (await execOn(site.lab.name, name, ['dpkg-query', '-W', '-f', '${db:Status-Status}', 'keepalived']))
        .stdout,
  );
  expect(await Promise.all(installed)).toEqual(
    boards.map((name) => (masters.includes(name) ? 'installed' : '')),
  );
  for (const name of masters) {
    expect(await on(name, 'stat -c %a:%U /etc/edgectl/keepalived.conf')).toBe('600:root');
    expect(await on(name, 'ls /var/lib/edgectl')).not.toContain('debs');
    expect(await on(name, 'systemctl is-active edgectl-vip')).toBe('active');
  }
});

it('one master has the VIP, k3s answers on it under its own CA, and a second init finds nothing to change', async () => {
  await writeFile(
    join(dirname(site.lab.file), 'ca.crt'),
    await on(site.names()[0] ?? '', 'cat /var/lib/rancher/k3s/server/tls/server-ca.crt'),
  );
  const [holder, ...more] = await holders();
  expect(more).toEqual([]);
  expect(await site.masters()).toContain(holder);
  expect(await ping()).toBe('pong');
  const worker = (await site.status()).nodes.find(({ role }) => role === 'worker')?.name ?? '';
  expect(await on(worker, 'cat /etc/rancher/k3s/config.yaml')).toContain(`server: "https://${vip}:6443"`);
  expect(await site.init()).toMatchObject({ changes: 0, failed: 0 });
});

it('it moves when its master loses k3s, and stays where it went', async () => {
  const [first = ''] = await holders();
  const second = await other(first);
  await on(first, 'systemctl stop k3s');
  const gone = await within(20, 'the VIP moves', async () => (await holders()).join() === second);
  const answers = await within(20, 'k3s answers on it', async () => (await ping()) === 'pong');
  process.stderr.write(`k3s stopped: the VIP moved after ${gone} s, and answered ${answers} s later\n`);
  await on(first, 'systemctl start k3s');
  await within(60, 'k3s is back', async () => (await site.status()).ready);
  expect(await holders()).toEqual([second]);
});

it('it moves when its master loses power, quorum or not', async () => {
  const control = site.names()[0] ?? '';
  const [first = ''] = await holders();
  const second = await other(first);
  // Two of three members are gone: nobody can write, and the VIP goes where k3s still answers.
  await fault(site.lab.name, control, 'power-off');
  await fault(site.lab.name, first, 'power-off');
  const gone = await within(20, 'the VIP moves', async () => (await holders()).join() === second);
  const answers = await within(20, 'k3s answers on it', async () => (await ping()) === 'pong');
  process.stderr.write(`power off: the VIP moved after ${gone} s, and answered ${answers} s later\n`);
  await fault(site.lab.name, control, 'power-on');
  await fault(site.lab.name, first, 'power-on');
  // A node is called Ready by what was last heard of it, while its k3s still starts: `status` says so under drift.
  await within(120, 'all are back', async () => {
    const { ready, drift } = await site.status();
    return ready && drift.length === 0;
  });
  expect(await holders()).toEqual([second]);
  expect(await site.init()).toMatchObject({ changes: 0, failed: 0 });
});

it('a reset takes it away', async () => {
  const reset = await site.run(site.on('reset', '--yes', '--output', 'json'));
  expect(documentOf<RunDocument>(reset)).toMatchObject({ failed: 0 });
  expect(await holders()).toEqual([]);
});
