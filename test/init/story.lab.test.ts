import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execOn, fault, type LabSummary, labDown, ringLab } from '../lab/lab.ts';
import { documentOf, type Edgectl, edgectl, type RunDocument, type StatusDocument } from './cli.ts';
import { deployEcho, invocations, kubectl, resolves, within } from './cluster.ts';
import { difference, traceOf } from './trace.ts';

// One lab, from bare nodes to a cluster and back. The tests build on each other, in this order.
let lab: LabSummary;
let run: Edgectl;
const on = (...words: readonly string[]) => [...words, '-f', lab.file];
const names = () => lab.nodes.map(({ name }) => name);
const status = async () => documentOf<StatusDocument>(await run(on('status', '--output', 'json')));
const init = async () => documentOf<RunDocument>(await run(on('init', '--yes', '--output', 'json')));
const traces = async () =>
  Object.fromEntries(
    await Promise.all(names().map(async (name) => [name, await traceOf(lab.name, name)] as const)),
  );
const masters = async () =>
  (await status()).nodes.filter(({ role }) => role === 'master').map(({ name }) => name);
const other = (all: readonly string[], not: string) => all.find((name) => name !== not) ?? '';

let bare: Record<string, readonly string[]>;

beforeAll(async () => {
  [lab, run] = await Promise.all([ringLab('story'), edgectl()]);
});
afterAll(async () => {
  await labDown(lab.name);
});

describe('before the first run', () => {
  it('plan, check and --dry-run leave no trace', async () => {
    bare = await traces();
    const plan = documentOf<{ changes: number; digest: string }>(await run(on('plan', '--output', 'json')));
    expect(plan.changes).toBeGreaterThan(40);
    const check = documentOf<{ checks: readonly { ok: boolean; code: string }[] }>(
      await run(on('check', '--output', 'json')),
    );
    expect(check.checks.filter(({ ok }) => !ok)).toEqual([]);
    const dry = documentOf<{ digest: string }>(await run(on('init', '--dry-run', '--output', 'json')));
    expect(dry.digest).toBe(plan.digest);
    const after = await traces();
    for (const name of names()) expect(difference(bare[name] ?? [], after[name] ?? []), name).toEqual([]);
  });

  it('refuses a plan that is not the one named', async () => {
    const { code, stderr } = await run(on('init', '--yes', '--plan', 'sha256:0'));
    expect(code).toBe(4);
    expect(stderr).toMatch(/the plan is now sha256:[0-9a-f]{64}, not sha256:0/);
  });

  it('asks before it changes anything, and without a terminal says how to go on', async () => {
    const { code, stderr } = await run(on('init'));
    expect(code).toBe(2);
    expect(stderr).toContain(
      'this needs a confirmation, and there is no terminal to ask on\n  hint: add --yes',
    );
  });
});

describe('init', () => {
  it('is killed with -9 at the first change of each phase in turn, and resumed to Ready', async () => {
    const killed: string[] = [];
    for (;;) {
      const before = killed.length;
      await run.watch(on('init', '--yes'), (event, kill) => {
        if (killed.length > before || event.type !== 'change-started' || killed.includes(event.phase)) return;
        killed.push(event.phase);
        kill();
      });
      if (killed.length === before) break;
    }
    expect(killed).toEqual(
      expect.arrayContaining([
        'keep-decisions',
        'mint-secrets',
        'place-k3s',
        'start-server',
        'start-agent',
        'label-nodes',
        'write-kubeconfig',
      ]),
    );
    expect((await status()).ready).toBe(true);
  });

  it('says what stands: two masters, a witness, workers, three voters', async () => {
    const { nodes, etcd, drift, ready } = await status();
    expect(ready).toBe(true);
    expect(nodes.map(({ role }) => role).sort()).toEqual(['master', 'master', 'witness', 'worker', 'worker']);
    expect(nodes.every(({ certDaysLeft }) => (certDaysLeft ?? 0) > 300)).toBe(true);
    expect(etcd.map(({ voter, healthy }) => voter && healthy)).toEqual([true, true, true]);
    expect(etcd.filter(({ leader }) => leader)).toHaveLength(1);
    expect(drift).toEqual([]);
  });

  it('finds nothing to change when it is run again, and restarts no service', async () => {
    const before = await invocations(lab);
    expect(await init()).toMatchObject({ changes: 0, failed: 0 });
    expect(await invocations(lab)).toEqual(before);
  });

  it('keeps a journal of every run, the killed ones too', async () => {
    const { runs } = documentOf<{ runs: readonly { state: string; verb: string }[] }>(
      await run(on('runs', '--output', 'json')),
    );
    expect(runs.filter(({ state }) => state === 'interrupted').length).toBeGreaterThanOrEqual(7);
    expect(runs.at(-1)).toMatchObject({ state: 'done', verb: 'init' });
    const shown = await run(on('runs', 'show', 'last'));
    expect(shown.stdout).toContain('0 changes');
  });

  it('leaves no secret in any journal, argv or world-readable file', async () => {
    const { stdout } = await execOn(lab.name, 'control', ['sh', '-c', `cat /var/lib/edgectl/*/secrets/*`]);
    const secrets = stdout.split('\n').filter((line) => line.length > 20 && !line.startsWith('-----'));
    expect(secrets.length).toBeGreaterThan(8);
    const ids = documentOf<{ runs: readonly { run: string }[] }>(
      await run(on('runs', '--output', 'json')),
    ).runs;
    const journals = await Promise.all(
      ids.map(({ run: id }) => readFile(`${run.state}/runs/${id}.ndjson`, 'utf8')),
    );
    for (const secret of secrets) expect(journals.some((text) => text.includes(secret))).toBe(false);
    for (const name of names()) {
      const { stdout: open } = await execOn(lab.name, name, [
        'sh',
        '-c',
        `cat /proc/*/cmdline 2>/dev/null | tr '\\0' ' '; find /etc/rancher /var/lib/edgectl -type f -perm /077 -print`,
      ]);
      for (const secret of secrets) expect(open.includes(secret), name).toBe(false);
      expect(open).not.toMatch(/config\.yaml|decisions\.json|secrets\//);
    }
  });

  it('writes a kubeconfig for the operator alone, which works', async () => {
    const { mode } = await import('node:fs/promises').then(({ stat }) => stat(`${run.state}/kubeconfig`));
    expect(mode & 0o777).toBe(0o600);
    const text = await readFile(`${run.state}/kubeconfig`, 'utf8');
    const ran = await execOn(
      lab.name,
      'board-1',
      ['sh', '-c', 'cat > /run/kc && k3s kubectl --kubeconfig /run/kc get nodes -o name; rm /run/kc'],
      text,
    );
    expect(ran.stdout.split('\n').filter(Boolean)).toHaveLength(5);
  });
});

describe('power cuts', () => {
  it('of either master or the control node leave the API answering, workers Ready, and Services resolving within 10 s', async () => {
    const [first = '', second = ''] = await masters();
    await deployEcho(lab.name, first, names());
    for (const victim of [first, second, 'control']) {
      const alive = names().filter((name) => name !== victim);
      const via = victim === first ? second : first;
      await fault(lab.name, victim, 'power-off');
      const api = await within(10, `the API without ${victim}`, () =>
        kubectl(lab.name, via, 'get', '--raw', '/readyz'),
      );
      for (const name of alive)
        await within(10, `${name} resolves without ${victim}`, () => resolves(lab.name, name));
      const workers = await kubectl(
        lab.name,
        via,
        'get',
        'nodes',
        '-l',
        '!node-role.kubernetes.io/etcd',
        '--no-headers',
      );
      expect(workers.match(/\bReady\b/g), workers).toHaveLength(2);
      expect(api).toBeLessThan(10);
      await fault(lab.name, victim, 'power-on');
      await within(180, `all Ready again after ${victim}`, async () => (await status()).ready);
    }
    await kubectl(lab.name, first, 'delete', 'service,pod', '-l', 'app=echo', '--wait=false');
    await kubectl(lab.name, first, 'delete', 'service', 'echo', '--ignore-not-found');
    expect(await init()).toMatchObject({ changes: 0, failed: 0 });
  });

  it('of a master is reported by a later init, which keeps its seat', async () => {
    const [first = '', second = ''] = await masters();
    await fault(lab.name, second, 'power-off');
    const { code, stderr } = await run(on('init', '--yes'));
    expect(code).toBe(3);
    expect(stderr).toContain(`${second}: master: keeps its seat, though it does not answer`);
    await fault(lab.name, second, 'power-on');
    await within(180, 'all Ready again', async () => (await status()).ready);
    expect(await masters()).toEqual([first, second]);
  });
});

describe('drift', () => {
  it('is shown by status, and mended by init', async () => {
    const [first = ''] = await masters();
    const worker = (await status()).nodes.find(({ role }) => role === 'worker')?.name ?? '';
    await execOn(lab.name, worker, ['sh', '-c', 'echo "# by hand" >> /etc/rancher/k3s/config.yaml']);
    expect((await status()).drift.join('\n')).toContain(worker);
    const mended = await init();
    expect(mended.hosts.filter(({ changes }) => changes > 0).map(({ name }) => name)).toEqual([worker]);
    expect(await init()).toMatchObject({ changes: 0, failed: 0 });
    expect(await kubectl(lab.name, first, 'get', 'node', worker, '--no-headers')).toContain('Ready');
  });
});

describe('the lock', () => {
  const lockAs = (holder: object) =>
    execOn(
      lab.name,
      'control',
      ['sh', '-c', 'mkdir -p /run/edgectl.lock && cat > /run/edgectl.lock/holder'],
      JSON.stringify(holder),
    );
  const spoil = (name: string) => execOn(lab.name, name, ['rm', '-f', '/etc/sysctl.d/90-edgectl.conf']);
  const holder = {
    operator: 'ann@desk',
    machineId: 'elsewhere',
    bootId: 'b',
    pid: 7,
    started: '1',
    run: 'theirs',
    at: '2026-11-21T22:00:00.000Z',
  };

  it('of another operator stops a run with 6, and unlock says who it was', async () => {
    await spoil('board-1');
    await lockAs(holder);
    const refused = await run(on('init', '--yes'));
    expect(refused.code).toBe(6);
    expect(refused.stderr).toContain(
      'control: locked by ann@desk (run theirs, pid 7, since 2026-11-21T22:00:00.000Z)',
    );
    const freed = await run(on('unlock', '--yes'));
    expect(freed.stderr).toContain('control: locked by ann@desk (run theirs, pid 7');
    expect(freed.stdout).toBe('freed control');
    expect((await run(on('unlock', '--yes'))).stdout).toBe('nothing is locked');
  });

  it('of a dead process of this machine is taken over, with a word about it', async () => {
    const read = (path: string) => readFile(path, 'utf8').then((text) => text.trim());
    const [machineId, bootId] = await Promise.all([
      read('/etc/machine-id').catch(() => ''),
      read('/proc/sys/kernel/random/boot_id'),
    ]);
    await lockAs({ ...holder, machineId, bootId, pid: 999_999 });
    const { code, stderr } = await run(on('init', '--yes'));
    expect(stderr).toContain('control: locked, taken over from ann@desk (run theirs, pid 999999');
    expect(code).toBe(0);
  });
});

describe('hosts leave and come', () => {
  it('a worker is removed, twice', async () => {
    const worker = (await status()).nodes.findLast(({ role }) => role === 'worker')?.name ?? '';
    const [first = ''] = await masters();
    const file = await readFile(lab.file, 'utf8');
    const removed = documentOf<RunDocument>(
      await run(on('host', 'remove', worker, '--yes', '--output', 'json')),
    );
    expect(removed.failed).toBe(0);
    expect(await kubectl(lab.name, first, 'get', 'nodes', '-o', 'name')).not.toContain(worker);
    expect(await readFile(lab.file, 'utf8')).not.toContain(`name: ${worker}`);
    expect(await init()).toMatchObject({ changes: 0, failed: 0 });
    const again = await run(on('host', 'remove', worker, '--yes'));
    expect(again.code).toBe(2);
    expect(again.stderr).toContain(`no host ${worker} in`);
    // As it was before: only what reset says it leaves may differ.
    const left = difference(bare[worker] ?? [], await traceOf(lab.name, worker)).filter(
      (line) => !/\/var\/log|\/etc\/hosts/.test(line),
    );
    expect(left.filter((line) => /rancher|kubelet|cni|flannel|k3s|KUBE|edgectl/.test(line))).toEqual([]);
    await writeFile(`${lab.file}.before`, file);
  });

  it('and comes back with host add, twice', async () => {
    const before = await readFile(`${lab.file}.before`, 'utf8');
    const now = await readFile(lab.file, 'utf8');
    const gone = lab.nodes.find(({ address }) => before.includes(address) && !now.includes(address));
    const key = new RegExp(`address: ${gone?.address}\\s+hostKey: (.+)`).exec(before)?.[1] ?? '';
    const words = [
      'host',
      'add',
      gone?.address ?? '',
      '--name',
      gone?.name ?? '',
      '--host-key',
      key,
      '--label',
      'camera=south',
    ];
    const added = documentOf<RunDocument>(await run(on(...words, '--yes', '--output', 'json')));
    expect(added.failed).toBe(0);
    expect(added.hosts.filter(({ changes }) => changes > 0).map(({ name }) => name)).toContain(gone?.name);
    const { nodes } = await status();
    expect(nodes.find(({ name }) => name === gone?.name)).toMatchObject({ ready: true, role: 'worker' });
    expect(documentOf<RunDocument>(await run(on(...words, '--yes', '--output', 'json')))).toMatchObject({
      changes: 0,
      failed: 0,
    });
  });
});

describe('reset', () => {
  it('returns the hosts to their former state and says what it left; twice', async () => {
    const first = await run(on('reset', '--yes'));
    expect(first.code, first.stderr).toBe(0);
    expect(first.stdout).toContain('The journals of edgectl stay, where edgectl ran.');
    const after = await traces();
    const exempt = /\/var\/log|\/etc\/hosts |\/root\/\.|\/var\/lib\/systemd|\.cache/;
    for (const name of names()) {
      const left = difference(bare[name] ?? [], after[name] ?? []).filter((line) => !exempt.test(line));
      expect(
        left.filter((line) => !/^. (net|kernel|vm|fs|user)\./.test(line)),
        name,
      ).toEqual([]);
    }
    expect(documentOf<RunDocument>(await run(on('reset', '--yes', '--output', 'json')))).toMatchObject({
      changes: 0,
      failed: 0,
    });
    expect(other(names(), 'control')).not.toBe('');
  });
});
