import { describe, expect, it } from 'vitest';
import type { Happening } from '../../../src/engine/event.ts';
import type { Ask } from '../../../src/engine/fact.ts';
import { type Holder, lockOf, withLocks } from '../../../src/engine/lock.ts';
import type { Host } from '../../../src/spec/cluster.ts';
import { three } from '../../support/fake-phases.ts';

const holder = (pid: number): Holder => ({
  operator: `ann@desk`,
  machineId: 'm',
  bootId: 'b',
  pid,
  started: '1',
  run: `run-${pid}`,
  at: '2026-11-21T22:00:00.000Z',
});

/** Lock folders in memory: what the take, release and look scripts do, by their arguments and stdin. */
const lockWorld = () => {
  const locks = new Map<string, string>();
  const ask = async ({ key }: Host, [ask]: readonly Ask[]): Promise<readonly string[]> => {
    if (!ask || !('parts' in ask)) return [''];
    const [, , source = '', , , mine = ''] = ask.parts;
    const [content] = ask.stdin ?? [];
    if (source.includes('mkdir')) {
      if (mine !== '' && locks.get(key) === mine) locks.delete(key);
      const other = locks.get(key);
      if (other !== undefined) return [other];
      locks.set(key, String(content));
      return ['taken\n'];
    }
    if (source.includes('rm -rf')) {
      if (locks.get(key) === mine) locks.delete(key);
      return [''];
    }
    return [locks.get(key) ?? ''];
  };
  return { locks, ask };
};

const take = (world: ReturnType<typeof lockWorld>, mine: Holder, gone: readonly number[] = []) => {
  const events: Happening[] = [];
  const of = {
    world,
    hosts: three,
    holder: mine,
    isGone: ({ pid }: Holder) => gone.includes(pid),
    nameOf: ({ key }: Host) => key,
  };
  const inside = withLocks({ ...of, tell: (event) => events.push(event) }, async () => [
    ...world.locks.keys(),
  ]);
  return { inside, events };
};

describe('the lock', () => {
  it('is held on every host in the given order while the work runs, and free after it', async () => {
    const world = lockWorld();
    const { inside, events } = take(world, holder(1));
    expect(await inside).toEqual(three.map(({ key }) => key));
    expect(events.map((event) => ('host' in event ? event.host : ''))).toEqual(three.map(({ key }) => key));
    expect(world.locks.size).toBe(0);
  });

  it('is refused while another holds one host, and the others are free again', async () => {
    const world = lockWorld();
    const last = three.at(-1)?.key ?? '';
    world.locks.set(last, JSON.stringify(holder(2)));
    await expect(take(world, holder(1)).inside).rejects.toMatchObject({
      code: 'LOCKED',
      host: last,
      message: 'locked by ann@desk (run run-2, pid 2, since 2026-11-21T22:00:00.000Z)',
    });
    expect([...world.locks.keys()]).toEqual([last]);
  });

  it('is taken over from a process that is gone, with a word about it', async () => {
    const world = lockWorld();
    world.locks.set(three[0]?.key ?? '', JSON.stringify(holder(2)));
    const { inside, events } = take(world, holder(1), [2]);
    await inside;
    expect(events[0]).toMatchObject({
      type: 'lock-taken',
      over: 'ann@desk (run run-2, pid 2, since 2026-11-21T22:00:00.000Z)',
    });
    expect(world.locks.size).toBe(0);
  });

  it('tells who holds a host, also when it does not say', async () => {
    const world = lockWorld();
    const [host] = three;
    if (!host) throw new Error('no host');
    expect(await lockOf(world, host)).toBeUndefined();
    world.locks.set(host.key, 'unknown\n');
    expect(await lockOf(world, host)).toEqual({ holder: undefined });
  });
});
