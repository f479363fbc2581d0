import { describe, expect, it } from 'vitest';
import { cmd, secret } from '../../../src/engine/command.ts';
import type { Condition } from '../../../src/engine/phase.ts';
import { Problem } from '../../../src/support/problem.ts';
import {
  cluster,
  codes,
  filePhase,
  gate,
  mintPhase,
  runPhases,
  three,
  uses,
} from '../../support/fake-phases.ts';
import { fakeWorld } from '../../support/fake-world.ts';

const keys = three.map(({ key }) => key);
const [first = '', second = '', third = ''] = keys;
const [hostA, hostB] = three;
if (!hostA || !hostB) throw new Error('no hosts');

const fileThere = (path: string): Condition => ({
  says: `${path} is there`,
  ask: cmd('cat', path),
  every: 1,
  within: 5,
  judge: (output) => (output === '' ? 'not yet' : 'ok'),
});

describe('order', () => {
  it('lets each host walk by itself: a slow host holds nobody back', async () => {
    const world = fakeWorld(keys);
    const { opened: held, open: release } = gate();
    world.before = async ({ key }, run) => {
      if (key === first && 'file' in run && run.file.path === '/one') await held;
      if (key === third && 'file' in run && run.file.path === '/two') release();
    };
    const { done } = await runPhases(world, [filePhase('one', {}), filePhase('two', {})]);
    expect(codes(done.failed)).toEqual({});
    expect(world.history.indexOf(`${third} write /two`)).toBeLessThan(
      world.history.indexOf(`${first} write /one`),
    );
  });

  it('makes everybody wait at a barrier', async () => {
    const world = fakeWorld(keys);
    await runPhases(world, [filePhase('one', {}), filePhase('all', {})], { barriers: ['all'] });
    const firstOfAll = world.history.findIndex((line) => line.endsWith('/all'));
    expect(world.history.slice(0, firstOfAll).filter((line) => line.endsWith('/one'))).toHaveLength(3);
  });

  it('keeps a lane in the order of its hosts, each until its condition holds', async () => {
    const world = fakeWorld(keys);
    const hosts = [...three].reverse();
    const { events } = await runPhases(world, [
      filePhase('serve', { hosts, lane: () => 'servers', until: () => [fileThere('/serve')] }),
    ]);
    expect(world.history).toEqual([
      `${third} write /serve`,
      `${second} write /serve`,
      `${first} write /serve`,
    ]);
    const order = events
      .filter(({ type }) => type === 'wait-done' || type === 'change-started')
      .map(({ type }) => type);
    expect(order).toEqual([
      'change-started',
      'wait-done',
      'change-started',
      'wait-done',
      'change-started',
      'wait-done',
    ]);
  });

  it('fails those behind a failed lane member, and nobody else', async () => {
    const world = fakeWorld(keys);
    world.before = ({ key }, run) => {
      if (key === first && 'file' in run && run.file.path === '/serve')
        throw new Problem('COMMAND_FAILED', 'no');
    };
    const lane = filePhase('serve', { hosts: [hostA, hostB], lane: () => 'servers' });
    const { done } = await runPhases(world, [lane, filePhase('after', {})]);
    expect(codes(done.failed)).toEqual({ [first]: 'COMMAND_FAILED', [second]: 'LANE_BLOCKED' });
    expect(world.history).toEqual([`${third} write /after`]);
  });

  it('waits for an outcome that a file needs, and for nothing else', async () => {
    const world = fakeWorld(keys);
    const { done, announced } = await runPhases(world, [
      mintPhase('ca', hostB),
      filePhase('config', { hosts: [hostA], content: uses('ca') }),
    ]);
    expect(JSON.stringify(announced)).toContain('‹after apply: ca›');
    expect(codes(done.failed)).toEqual({});
    expect(world.hosts.get(first)?.files.get('/config')).toBe('value made-ca');
  });

  it('waits for a secret that a file needs, though nothing else tells of it', async () => {
    const world = fakeWorld(keys);
    world.before = async (_host, run) => {
      if ('mint' in run) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    const file = { path: '/config', mode: '0600', content: [secret('token')] } as const;
    const config: ReturnType<typeof mintPhase> = {
      id: 'config',
      title: 'config',
      hosts: () => [hostB],
      facts: () => ({}),
      *plan() {
        yield { says: 'write /config', run: { file } };
      },
    };
    const { done } = await runPhases(world, [mintPhase('token', hostA), config]);
    expect(done.failed.size).toBe(0);
    expect(world.history).toEqual([`${first} mint token`, `${second} write /config`]);
  });

  it('does not wait for ever for an outcome whose maker failed', async () => {
    const world = fakeWorld(keys);
    world.before = (_host, run) => {
      if ('mint' in run) throw new Problem('COMMAND_FAILED', 'no');
    };
    const { done } = await runPhases(world, [
      mintPhase('ca', hostB),
      filePhase('config', { hosts: [hostA], content: uses('ca') }),
    ]);
    expect(codes(done.failed)).toEqual({ [first]: 'OUTCOME_MISSING', [second]: 'COMMAND_FAILED' });
  });

  const bring = (name: string) => ({
    says: `bring ${name}`,
    run: { blobs: { blobs: [{ digest: `sha256:${name}`, name }], into: `/${name}` } },
  });

  it('lets a host go on when its own content is there', async () => {
    const world = fakeWorld(keys);
    const isFirst = ({ host }: { host: { key: string } }) => host.key === first;
    world.transfer = async (transfers, ended) => {
      for (const transfer of transfers.filter(isFirst)) ended(transfer);
      while (!world.history.includes(`${first} write /after`))
        await new Promise((resolve) => setImmediate(resolve));
      const late = new Problem('HOST_DISCONNECTED', 'too late');
      for (const transfer of transfers) if (!isFirst(transfer)) ended(transfer, late);
    };
    const { done } = await runPhases(world, [
      filePhase('place', { more: [bring('binary')] }),
      filePhase('after', {}),
    ]);
    expect(codes(done.failed)).toEqual({ [second]: 'HOST_DISCONNECTED', [third]: 'HOST_DISCONNECTED' });
  });

  it('fails every host when the transfer itself breaks', async () => {
    const world = fakeWorld(keys);
    world.transfer = () => Promise.reject(new Problem('BUG', 'broken'));
    const { done } = await runPhases(world, [filePhase('place', { more: [bring('binary')] })]);
    expect(codes(done.failed)).toEqual({ [first]: 'BUG', [second]: 'BUG', [third]: 'BUG' });
  });

  it('gathers the content of all hosts of a phase into one transfer', async () => {
    const world = fakeWorld(keys);
    const { done } = await runPhases(world, [
      filePhase('place', { more: [bring('binary'), bring('images')] }),
    ]);
    expect(codes(done.failed)).toEqual({});
    expect(world.history.filter((line) => line.startsWith('transfer'))).toHaveLength(1);
    for (const { files } of world.hosts.values())
      expect(files.get('/images/sha256:images')).toBe('sha256:images');
  });
});

describe('failure', () => {
  const broken = { says: 'break', run: { command: cmd('break') } };
  const breaks = (world: ReturnType<typeof fakeWorld>, on: string) => {
    world.before = ({ key }, run) => {
      if (key === on && 'command' in run && run.command.parts[0] === 'break') throw new Error('broken');
    };
  };

  it('undoes the changes of the failing phase on that host only', async () => {
    const world = fakeWorld(keys);
    breaks(world, first);
    const { done, events } = await runPhases(world, [
      filePhase('before', { undo: true }),
      filePhase('risky', { undo: true, more: [broken] }),
    ]);
    expect(codes(done.failed)).toEqual({ [first]: 'BUG' });
    expect([...(world.hosts.get(first)?.files.keys() ?? [])]).toEqual(['/before']);
    expect([...(world.hosts.get(second)?.files.keys() ?? [])]).toEqual(['/before', '/risky']);
    expect(events.filter(({ type }) => type === 'change-undone')).toHaveLength(1);
  });

  it('undoes nothing when the connection is lost', async () => {
    const world = fakeWorld(keys);
    world.before = (_host, run) => {
      if ('command' in run) throw new Problem('HOST_DISCONNECTED', 'gone');
    };
    await runPhases(world, [filePhase('risky', { hosts: [hostA], undo: true, more: [broken] })]);
    expect([...(world.hosts.get(first)?.files.keys() ?? [])]).toEqual(['/risky']);
  });

  it('stops the others before their next change with stop, and not with continue', async () => {
    for (const onFailure of ['stop', 'continue'] as const) {
      const world = fakeWorld(keys);
      breaks(world, first);
      const { done } = await runPhases(
        world,
        [filePhase('risky', { more: [broken] }), filePhase('later', {})],
        {
          onFailure,
          barriers: ['later'],
        },
      );
      const later = world.history.filter((line) => line.endsWith('/later'));
      expect(later).toHaveLength(onFailure === 'stop' ? 0 : 2);
      expect(codes(done.failed)[second]).toBe(onFailure === 'stop' ? 'CANCELLED' : undefined);
    }
  });

  it('refuses a change that the plan had not announced', async () => {
    const world = fakeWorld(keys);
    const phase = filePhase('one', { hosts: [hostA] });
    const { announced } = await runPhases(fakeWorld(keys), [phase]);
    const more = filePhase('one', { hosts: [hostA], more: [broken] });
    const { done } = await runPhases(world, [more], { announced });
    expect(codes(done.failed)).toEqual({ [first]: 'PLAN_CHANGED' });
  });

  it('is fine with an announced change that is no longer needed', async () => {
    const world = fakeWorld(keys);
    const phase = filePhase('one', { hosts: [hostA] });
    const { announced } = await runPhases(fakeWorld(keys), [phase]);
    world.hosts.get(first)?.files.set('/one', 'one');
    const { done } = await runPhases(world, [phase], { announced });
    expect(codes(done.failed)).toEqual({});
    expect(done.changes.size).toBe(0);
  });

  it('says so when a condition is not met in time, and takes down what it set up', async () => {
    const world = fakeWorld(keys);
    const calls: string[] = [];
    world.before = (_host, run) => {
      if ('kube' in run) calls.push(`${run.kube.method} ${run.kube.path}`);
    };
    const condition: Condition = {
      ...fileThere('/never'),
      prepare: [{ method: 'POST', path: '/pods' }],
      cleanup: [{ method: 'DELETE', path: '/pods/probe' }],
    };
    const { done } = await runPhases(world, [filePhase('one', { hosts: [hostA], until: () => [condition] })]);
    expect(codes(done.failed)).toEqual({ [first]: 'CONDITION_TIMEOUT' });
    expect(calls).toEqual(['POST /pods', 'DELETE /pods/probe']);
  });

  it('does not wait for what only hosts that failed could bring about', async () => {
    const world = fakeWorld(keys);
    world.before = ({ key }) => {
      if (key === first) throw new Problem('COMMAND_FAILED', 'no');
    };
    const never = { ...fileThere('/never'), within: 600 };
    const { done } = await runPhases(world, [
      filePhase('serve', { hosts: [hostA] }),
      { ...filePhase('join', { hosts: [hostB], until: () => [never] }), needs: () => [hostA] },
    ]);
    expect(codes(done.failed)).toEqual({ [first]: 'COMMAND_FAILED', [second]: 'LANE_BLOCKED' });
    expect(done.failed.get(second)?.message).toBe(
      `not waiting until /never is there, because ${first} failed`,
    );
    expect(world.now()).toBeLessThan(5_000);
  });

  it('stops after the running change when the operator says so', async () => {
    const world = fakeWorld(keys);
    const stop = new AbortController();
    world.before = ({ key }) => {
      if (key === first) stop.abort();
    };
    const { done } = await runPhases(
      world,
      [filePhase('one', { hosts: [hostA] }), filePhase('two', { hosts: [hostA] })],
      {
        stop: stop.signal,
        hosts: [hostA],
      },
    );
    expect(codes(done.failed)).toEqual({ [first]: 'CANCELLED' });
    expect(world.history).toEqual([`${first} write /one`]);
  });
});

it('leaves silent hosts alone, also as lane mates', async () => {
  const world = fakeWorld(keys);
  const lane = filePhase('serve', { lane: () => 'servers' });
  const { done } = await runPhases(world, [lane], { hosts: three.slice(1) });
  expect(codes(done.failed)).toEqual({});
  expect(world.history).toEqual([`${second} write /serve`, `${third} write /serve`]);
  expect(cluster.hosts.length).toBeGreaterThan(2);
});
