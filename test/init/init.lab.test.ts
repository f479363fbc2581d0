import { readFile, stat, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execOn, labDown } from '../lab/lab.ts';
import { documentOf, type RunDocument } from './cli.ts';
import { invocations, kubectl } from './cluster.ts';
import { openSite, type Site } from './site.ts';
import { difference } from './trace.ts';

// One lab, from bare nodes to a cluster and back. The tests build on each other, in this order.
let site: Site;

beforeAll(async () => {
  site = await openSite('init');
});
afterAll(async () => {
  await labDown(site.lab.name);
});

let bare: Readonly<Record<string, readonly string[]>>;

describe('before the first run', () => {
  it('plan, check and --dry-run leave no trace', async () => {
    bare = await site.traces();
    const plan = documentOf<{ changes: number; digest: string }>(
      await site.run(site.on('plan', '--output', 'json')),
    );
    expect(plan.changes).toBeGreaterThan(40);
    const check = documentOf<{ checks: readonly { ok: boolean; code: string }[] }>(
      await site.run(site.on('check', '--output', 'json')),
    );
    expect(check.checks.filter(({ ok }) => !ok)).toEqual([]);
    const dry = documentOf<{ digest: string }>(
      await site.run(site.on('init', '--dry-run', '--output', 'json')),
    );
    expect(dry.digest).toBe(plan.digest);
    const after = await site.traces();
    for (const name of site.names())
      expect(difference(bare[name] ?? [], after[name] ?? []), name).toEqual([]);
  });

  it('refuses a plan that is not the one named', async () => {
    const { code, stderr } = await site.run(site.on('init', '--yes', '--plan', 'sha256:0'));
    expect(code).toBe(4);
    expect(stderr).toMatch(/the plan is now sha256:[0-9a-f]{64}, not sha256:0/);
  });

  it('asks before it changes anything, and without a terminal says how to go on', async () => {
    const { code, stderr } = await site.run(site.on('init'));
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
      await site.run.watch(site.on('init', '--yes'), (event, send) => {
        if (killed.length > before || event.type !== 'change-started' || killed.includes(event.phase)) return;
        killed.push(event.phase);
        send('SIGKILL');
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
    expect((await site.status()).ready).toBe(true);
  });

  it('says what stands: two masters, a witness, workers, three voters', async () => {
    const { nodes, etcd, drift, ready } = await site.status();
    expect(ready).toBe(true);
    expect(nodes.map(({ role }) => role).sort()).toEqual(['master', 'master', 'witness', 'worker', 'worker']);
    expect(nodes.every(({ certDaysLeft }) => (certDaysLeft ?? 0) > 300)).toBe(true);
    expect(etcd.map(({ voter, healthy }) => voter && healthy)).toEqual([true, true, true]);
    expect(etcd.filter(({ leader }) => leader)).toHaveLength(1);
    expect(drift).toEqual([]);
  });

  it('finds nothing to change when it is run again, and restarts no service', async () => {
    const before = await invocations(site.lab);
    expect(await site.init()).toMatchObject({ changes: 0, failed: 0 });
    expect(await invocations(site.lab)).toEqual(before);
  });

  it('keeps a journal of every run, the killed ones too', async () => {
    const { runs } = documentOf<{ runs: readonly { state: string; verb: string }[] }>(
      await site.run(site.on('runs', '--output', 'json')),
    );
    expect(runs.filter(({ state }) => state === 'interrupted').length).toBeGreaterThanOrEqual(7);
    expect(runs.at(-1)).toMatchObject({ state: 'done', verb: 'init' });
    const shown = await site.run(site.on('runs', 'show', 'last'));
    expect(shown.stdout).toContain('0 changes');
  });

  it('leaves no secret in any journal, argv or world-readable file', async () => {
    const { stdout } = await execOn(site.lab.name, 'control', [
      'sh',
      '-c',
      // Tokens end without a newline.
      `for file in /var/lib/edgectl/*/secrets/*; do cat "$file"; echo; done`,
    ]);
    const secrets = stdout.split('\n').filter((line) => line.length > 20 && !line.startsWith('-----'));
    expect(secrets.length).toBeGreaterThan(8);
    const ids = documentOf<{ runs: readonly { run: string }[] }>(
      await site.run(site.on('runs', '--output', 'json')),
    ).runs;
    const journals = await Promise.all(
      ids.map(({ run: id }) => readFile(`${site.run.state}/runs/${id}.ndjson`, 'utf8')),
    );
    for (const secret of secrets) expect(journals.some((text) => text.includes(secret))).toBe(false);
    for (const name of site.names()) {
      const { stdout: open } = await execOn(site.lab.name, name, [
        'sh',
        '-c',
        `cat /proc/*/cmdline 2>/dev/null | tr '\\0' ' '; find /etc/rancher /var/lib/edgectl -type f -perm /077 -print`,
      ]);
      for (const secret of secrets) expect(open.includes(secret), name).toBe(false);
      expect(open).not.toMatch(/config\.yaml|decisions\.json|secrets\//);
    }
  });

  const seenWith = async (kubeconfig: string, context: string): Promise<number> => {
    const script = `cat > /run/kc && k3s kubectl --kubeconfig /run/kc --context ${context} get nodes -o name; rm /run/kc`;
    const ran = await execOn(
      site.lab.name,
      'board-1',
      ['sh', '-c', script],
      await readFile(kubeconfig, 'utf8'),
    );
    return ran.stdout.split('\n').filter(Boolean).length;
  };

  it('writes a kubeconfig for the operator alone, which works', async () => {
    const { mode } = await stat(`${site.run.state}/kubeconfig`);
    expect(mode & 0o777).toBe(0o600);
    expect(await seenWith(`${site.run.state}/kubeconfig`, site.lab.name)).toBe(5);
  });

  it("merges it into the operator's own on request, twice", async () => {
    const own = `${site.run.state}/own`;
    const theirs =
      'apiVersion: v1\nkind: Config\n# mine\nclusters:\n- name: office\n  cluster: {server: "https://office"}\n';
    await writeFile(own, theirs, { mode: 0o644 });
    const merge = () => site.run(site.on('kubeconfig', '--merge', own, '--output', 'json'));
    const document = { path: `${site.run.state}/kubeconfig`, into: own, context: site.lab.name };
    expect(documentOf(await merge())).toEqual({ ...document, changes: 1 });
    const merged = await readFile(own, 'utf8');
    expect(merged).toContain('# mine\nclusters:\n- name: office');
    expect((await stat(own)).mode & 0o777).toBe(0o600);
    expect(await seenWith(own, site.lab.name)).toBe(5);
    expect(documentOf(await merge())).toEqual({ ...document, changes: 0 });
    expect(await readFile(own, 'utf8')).toBe(merged);
  });
});

describe('drift', () => {
  it('is shown by status, and mended by init', async () => {
    const [first = ''] = await site.masters();
    const worker = (await site.status()).nodes.find(({ role }) => role === 'worker')?.name ?? '';
    await execOn(site.lab.name, worker, ['sh', '-c', 'echo "# by hand" >> /etc/rancher/k3s/config.yaml']);
    expect((await site.status()).drift.join('\n')).toContain(worker);
    const mended = await site.init();
    expect(mended.hosts.filter(({ changes }) => changes > 0).map(({ name }) => name)).toEqual([worker]);
    expect(await site.init()).toMatchObject({ changes: 0, failed: 0 });
    expect(await kubectl(site.lab.name, first, 'get', 'node', worker, '--no-headers')).toContain('Ready');
  });
});

describe('Ctrl-C', () => {
  it.each([
    ['stops after the running changes', 1],
    ['stops at once when it is pressed again', 2],
  ])('%s, and the next run goes on', async (_does, times) => {
    const workers = (await site.status()).nodes.filter(({ role }) => role === 'worker');
    for (const { name } of workers)
      await execOn(site.lab.name, name, ['sh', '-c', 'echo "# by hand" >> /etc/rancher/k3s/config.yaml']);
    const seen: string[] = [];
    const ran = await site.run.watch(site.on('init', '--yes'), (event, send) => {
      seen.push(event.type);
      if (event.type !== 'change-started' || seen.indexOf('change-started') < seen.length - 1) return;
      send('SIGINT');
      if (times > 1) setTimeout(() => send('SIGINT'), 20);
    });
    expect(ran.code).toBe(130);
    expect(ran.stderr).toContain('press Ctrl-C again to stop at once');
    expect(seen.includes('run-finished')).toBe(times === 1);
    const resumed = await site.init();
    expect(resumed.failed).toBe(0);
    expect(resumed.changes).toBeGreaterThan(0);
    expect(await site.init()).toMatchObject({ changes: 0, failed: 0 });
  });
});

describe('the lock', () => {
  const lockAs = (holder: object) =>
    execOn(
      site.lab.name,
      'control',
      ['sh', '-c', 'mkdir -p /run/edgectl.lock && cat > /run/edgectl.lock/holder'],
      JSON.stringify(holder),
    );
  const spoil = (name: string) => execOn(site.lab.name, name, ['rm', '-f', '/usr/local/bin/ctr']);
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
    const refused = await site.run(site.on('init', '--yes'));
    expect(refused.code).toBe(6);
    expect(refused.stderr).toContain(
      'control: locked by ann@desk (run theirs, pid 7, since 2026-11-21T22:00:00.000Z)',
    );
    const freed = await site.run(site.on('unlock', '--yes'));
    expect(freed.stderr).toContain('control: locked by ann@desk (run theirs, pid 7');
    // The runs that were killed have left locks on the boards too.
    expect(freed.stdout).toMatch(/^freed (board-\d, )*control$/);
    expect((await site.run(site.on('unlock', '--yes'))).stdout).toBe('nothing is locked');
  });

  it('of a dead process of this machine is taken over, with a word about it', async () => {
    const read = (path: string) => readFile(path, 'utf8').then((text) => text.trim());
    const [machineId, bootId] = await Promise.all([
      read('/etc/machine-id').catch(() => ''),
      read('/proc/sys/kernel/random/boot_id'),
    ]);
    await lockAs({ ...holder, machineId, bootId, pid: 999_999 });
    const { code, stderr } = await site.run(site.on('init', '--yes'));
    expect(stderr).toContain('control: locked, taken over from ann@desk (run theirs, pid 999999');
    expect(code).toBe(0);
  });
});

describe('reset', () => {
  it('returns the hosts to their former state and says what it left; twice', async () => {
    const first = await site.run(site.on('reset', '--yes'));
    expect(first.code, first.stderr).toBe(0);
    expect(first.stdout).toContain('The journals of edgectl stay, where edgectl ran.');
    const after = await site.traces();
    const exempt = /\/var\/log|\/etc\/hosts |\/root\/\.|\/var\/lib\/systemd|\.cache/;
    for (const name of site.names()) {
      const left = difference(bare[name] ?? [], after[name] ?? []).filter((line) => !exempt.test(line));
      expect(
        left.filter((line) => !/^. (net|kernel|vm|fs|user)\./.test(line)),
        name,
      ).toEqual([]);
    }
    expect(
      documentOf<RunDocument>(await site.run(site.on('reset', '--yes', '--output', 'json'))),
    ).toMatchObject({
      changes: 0,
      failed: 0,
    });
  });
});
