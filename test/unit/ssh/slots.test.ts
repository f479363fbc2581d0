import { expect, it } from 'vitest';
import { createSlots } from '../../../src/adapters/ssh/slots.ts';

const refused = () => new Error('refused');

/** A host that opens so many channels and refuses more; remembers how many were open at most. */
const hostWith = (channels: number) => {
  let open = 0;
  const seen = { most: 0, refusals: 0 };
  const task = async (): Promise<'done' | 'full'> => {
    if (open >= channels) {
      seen.refusals += 1;
      return 'full';
    }
    open += 1;
    seen.most = Math.max(seen.most, open);
    await new Promise(setImmediate);
    open -= 1;
    return 'done';
  };
  return { task, seen };
};

const twenty = (most: number, task: () => Promise<'done' | 'full'>) => {
  const slots = createSlots(most);
  return Promise.all(Array.from({ length: 20 }, () => slots.use(task, refused)));
};

it('opens no more channels than its bound', async () => {
  const { task, seen } = hostWith(100);
  expect(await twenty(8, task)).toHaveLength(20);
  expect(seen.most).toBe(8);
});

it('learns a lower bound from a host that has one, and loses nothing', async () => {
  const { task, seen } = hostWith(3);
  expect(new Set(await twenty(8, task))).toEqual(new Set(['done']));
  expect(seen.most).toBe(3);
  expect(seen.refusals).toBeLessThanOrEqual(5);
});

it('gives up after a while on a host that opens none, and goes on after a task that throws', async () => {
  const slots = createSlots(1);
  await expect(slots.use(async () => 'full', refused)).rejects.toThrow('refused');
  await expect(slots.use(() => Promise.reject(new Error('task')), refused)).rejects.toThrow('task');
  expect(await slots.use(async () => 'next', refused)).toBe('next');
});
