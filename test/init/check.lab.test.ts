import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CheckDocument } from '../../src/report/check.ts';
import { execOn, fault, labDown, users } from '../lab/lab.ts';
import { documentOf } from './cli.ts';
import { openSite, type Site } from './site.ts';
import { difference } from './trace.ts';

// One lab whose nodes are never changed by edgectl: it only looks, and refuses.
type Check = CheckDocument['checks'][number];

let site: Site;
let fitFile: string;

beforeAll(async () => {
  site = await openSite('check', { boards: 3 });
  fitFile = await readFile(site.lab.file, 'utf8');
});
afterAll(async () => {
  await labDown(site.lab.name);
});

const check = async (...words: readonly string[]) => {
  const ran = await site.run(site.on('check', '--output', 'json', ...words));
  const { checks } = documentOf<{ readonly checks: readonly Check[] }>({ ...ran, code: 0 });
  return { code: ran.code, checks };
};
const failing = (checks: readonly Check[]) => checks.filter(({ ok }) => !ok);
const codesOn = (checks: readonly Check[], host: string) =>
  failing(checks).flatMap((one) => (one.host === host ? [one.code] : []));
const verdicts = (checks: readonly Check[]) =>
  checks.map(({ code, host, ok, waived }) => `${code} ${host} ${ok} ${waived ?? ''}`);
const sh = async (node: string, script: string): Promise<void> => {
  const ran = await execOn(site.lab.name, node, ['sh', '-ec', script]);
  if (ran.exitCode !== 0) throw new Error(`${script}: ${ran.stderr}`);
};

it('finds the nodes fit in every way, twice the same, and leaves no trace', async () => {
  const before = await site.traces();
  const first = await check();
  expect(failing(first.checks)).toEqual([]);
  expect(first.code).toBe(0);
  expect(new Set(first.checks.map(({ code }) => code)).size).toBeGreaterThanOrEqual(70);
  const again = await check();
  expect(verdicts(again.checks)).toEqual(verdicts(first.checks));
  const after = await site.traces();
  for (const name of site.names())
    expect(difference(before[name] ?? [], after[name] ?? []), name).toEqual([]);
});

/** What is wrong with board-1 when it is unfit. */
const ERRORS = [
  'DISK_FREE',
  'DISK_NOEXEC',
  'FOREIGN_K3S',
  'NETWORK_OVERLAP',
  'OTHER_KUBERNETES',
  'PORTS',
  'PORT_BLOCKED',
  'ROOT_READ_ONLY',
] as const;
const WARNINGS = ['INPUT_POLICY', 'IPTABLES_MIX', 'LINK_MTU', 'POD_NETWORK', 'REBOOT_PENDING', 'TIME_ZONE'];

const SPOIL = `
mount --bind /usr/local /usr/local
mount -o remount,bind,ro /usr/local
mount -o remount,noexec /var/lib/rancher
systemd-run --quiet --unit=squatter socat TCP-LISTEN:6443,fork,reuseaddr SYSTEM:true
mkdir -p /etc/kubernetes/manifests /etc/cni/net.d
touch /etc/kubernetes/manifests/etcd.yaml /etc/cni/net.d/10-calico.conflist /run/reboot-required
printf '[Service]\\nExecStart=/bin/true\\n' > /etc/systemd/system/k3s.service
ip link set eth0 mtu 1300
ip route add 10.42.0.0/16 dev eth0
ln -sf /usr/share/zoneinfo/Asia/Tokyo /etc/localtime
iptables -A INPUT -p tcp --dport 22 -j ACCEPT
iptables -P INPUT DROP
iptables-legacy -A FORWARD -j ACCEPT`;

const MEND = `
umount /usr/local
iptables-legacy -F FORWARD
iptables -P INPUT ACCEPT
iptables -F INPUT
ln -sf /usr/share/zoneinfo/Etc/UTC /etc/localtime
ip route del 10.42.0.0/16 dev eth0
ip link set eth0 mtu 1500
rm -rf /etc/systemd/system/k3s.service /etc/kubernetes /etc/cni/net.d /run/reboot-required
systemctl stop squatter
mount -o remount,exec /var/lib/rancher`;

it('names everything that is wrong with a board, and nothing of the others', async () => {
  await sh('board-1', SPOIL);
  await fault(site.lab.name, 'board-1', 'disk-full');
  const { code, checks } = await check();
  expect(code).toBe(7);
  expect(codesOn(checks, 'board-1').sort()).toEqual([...ERRORS, ...WARNINGS].sort());
  expect(failing(checks).filter(({ host }) => host !== 'board-1')).toEqual(
    // The link of the other boards takes larger packets than that of board-1.
    failing(checks).filter((one) => one.code === 'LINK_MTU' && one.host !== 'board-1'),
  );
  for (const one of failing(checks)) expect(one.hint, one.code).toMatch(/\S/);
  expect(checks.find((one) => one.code === 'PORTS' && !one.ok)?.message).toBe('taken: 6443/tcp by socat');
  expect(verdicts((await check()).checks)).toEqual(verdicts(checks));
});

it('init refuses that board before it changes anything, every reason at once', async () => {
  const before = await site.traces();
  const { code, stderr } = await site.run(site.on('init', '--yes'));
  expect(code).toBe(7);
  for (const one of ERRORS) expect(stderr).toMatch(new RegExp(`board-1: ${one}: `));
  expect(stderr).not.toMatch(/board-2: [A-Z_]+: /);
  const after = await site.traces();
  for (const name of site.names())
    expect(difference(before[name] ?? [], after[name] ?? []), name).toEqual([]);
});

it('takes a waiver with its reason, and says it in text and in JUnit', async () => {
  const waive = ERRORS.map((code) => `{ code: ${code}, host: board-1, reason: "only a test of ${code}" }`);
  await writeFile(site.lab.file, `${fitFile.trimEnd()}\n  preflight: { waive: [ ${waive.join(', ')} ] }\n`);
  const junit = `${site.run.state}/checks.xml`;
  const { code, checks } = await check('--junit', junit);
  expect(code).toBe(0);
  expect(
    failing(checks)
      .filter(({ waived }) => waived !== undefined)
      .map((one) => one.code)
      .sort(),
  ).toEqual([...ERRORS]);
  const xml = await readFile(junit, 'utf8');
  expect(xml).toContain(`tests="${checks.length}" failures="0" errors="0" skipped="${ERRORS.length}"`);
  expect(xml).toContain('<skipped message="waived: only a test of PORTS"/>');
  const { stdout } = await site.run(site.on('check'));
  expect(stdout).toMatch(/waived: DISK_FREE: board-1: .*\n {2}reason: only a test of DISK_FREE\n/);

  await writeFile(
    site.lab.file,
    fitFile.replace(/$/, '  preflight: { waive: [ { code: PORT, reason: x } ] }\n'),
  );
  const wrong = await site.run(site.on('check'));
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toMatch(/:\d+:\d+ no check has the code "PORT"; did you mean "PORTS"\?/);
  await writeFile(site.lab.file, fitFile);
});

it('finds the board fit again once it is mended', async () => {
  await fault(site.lab.name, 'board-1', 'disk-free');
  await sh('board-1', MEND);
  const { code, checks } = await check();
  expect(failing(checks)).toEqual([]);
  expect(code).toBe(0);
});

const addressOf = (name: string): string => {
  const node = site.lab.nodes.find((one) => one.name === name);
  if (!node) throw new Error(`the lab has no ${name}`);
  return node.address;
};

it('finds by ARP who has masters.vip, and holds nothing against an address that somebody had', async () => {
  const vip = addressOf('board-1').replace(/\d+$/, '99');
  await writeFile(site.lab.file, fitFile.replace('ha: witness\n', `ha: witness\n    vip: ${vip}\n`));
  // Somebody beside the hosts, behind the cable of one of them, who answers no ping.
  await sh(
    'control',
    `ip netns add squat
ip link add squat link eth0 type macvlan mode bridge
ip link set squat netns squat
ip -n squat link set squat address 02:00:00:00:00:99
ip -n squat addr add ${vip}/24 dev squat
ip -n squat link set squat up`,
  );
  await sh('board-1', `ping -c 1 -W 2 ${vip}`);
  await sh('control', 'ip netns exec squat iptables -A INPUT -p icmp -j DROP');
  const taken = await check();
  expect(taken.code).toBe(7);
  expect(new Set(failing(taken.checks).map(({ code, message }) => `${code}: ${message}`))).toEqual(
    new Set([`VIP_FREE: 02:00:00:00:00:99 answers on ${vip}`]),
  );
  await sh('control', 'ip netns delete squat');
  expect((await execOn(site.lab.name, 'board-1', ['ip', 'neigh', 'show', vip])).stdout).toContain('lladdr');
  expect(failing((await check()).checks)).toEqual([]);
  await writeFile(site.lab.file, fitFile);
});

/** Whether a node has a process that listens for others. */
const listens = async (node: string): Promise<boolean> => {
  const { stdout } = await execOn(site.lab.name, node, ['sh', '-c', 'cat /proc/[0-9]*/comm']);
  return stdout.includes('edgectl-reach');
};

it('names both hosts where packets between them are dropped, lost, or too large', async () => {
  const from = addressOf('board-3');
  const drop = (rule: string) => sh('board-2', `iptables -I INPUT -s ${from} ${rule}`);
  await drop('-p tcp --dport 10250 -j DROP');
  await drop('-p tcp --dport 2379 -j REJECT');
  await drop('-p udp --dport 8472 -m length --length 1451:65535 -j DROP');
  await sh(
    'board-1',
    `iptables -I INPUT -s ${from} -p udp --dport 8472 -m length --length 0:100 -m statistic --mode random --probability 0.6 -j DROP`,
  );
  const { code, checks } = await check();
  expect(code).toBe(7);
  expect(failing(checks).map(({ code: what, host, message }) => `${what}: ${host} ${message}`)).toEqual([
    expect.stringMatching(/^LINK_LOSS: board-1 \d+ of 20 packets from board-3 lost$/),
    'PORT_BLOCKED: board-2 is not reached on 2379/tcp, 10250/tcp from board-3',
    'PATH_MTU: board-2 packets of 1500 bytes from board-3 do not arrive, those of 1450 do',
  ]);
  for (const node of ['board-1', 'board-2']) await sh(node, 'iptables -F INPUT');
  expect(failing((await check()).checks)).toEqual([]);
  for (const node of site.names()) expect(await listens(node), node).toBe(false);
});

it('leaves nothing that listens when it is killed while hosts dial each other', async () => {
  await sh('board-2', 'iptables -I INPUT -p tcp --dport 6443 -j DROP');
  const killed = await site.run.killedWhen(site.on('check'), () => listens('board-1'));
  expect(killed).toBe(true);
  await expect.poll(() => listens('board-1'), { timeout: 10_000 }).toBe(false);
  await sh('board-2', 'iptables -F INPUT');
  expect((await check()).code).toBe(0);
});

it('a board that lets edgectl in, but not be root, is named by its code, and init stops before it changes another', async () => {
  const engineer = `name: board-3\n      ssh: { user: ${users.engineer.name} }\n`;
  await writeFile(site.lab.file, fitFile.replace('name: board-3\n', engineer));
  const { code, checks } = await check();
  expect(code).toBe(7);
  expect(failing(checks)).toEqual([
    {
      code: 'SUDO',
      host: 'board-3',
      severity: 'error',
      ok: false,
      message: 'sudo asks engineer for a password, and there is none',
      hint: 'The sudo password comes from EDGECTL_SUDO_PASSWORD or a prompt.',
    },
  ]);
  const ran = await site.run(site.on('init', '--yes'));
  expect(ran.code).toBe(3);
  expect(ran.stderr).toContain('error: board-3: sudo asks engineer for a password, and there is none');
  await sh('board-1', '[ ! -e /etc/rancher ] && [ ! -e /usr/local/bin/k3s ]');
  await writeFile(site.lab.file, fitFile);
});
