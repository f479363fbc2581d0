import { expect, it } from 'vitest';
import { writeSteadily } from '../../../src/actions/write-steadily.ts';

/** A clock that goes on only when it is told to. */
const handClock = () => {
  let now = 0;
  const waiting: { readonly at: number; readonly wake: () => void }[] = [];
  return {
    now: () => now,
    sleep: (seconds: number) => new Promise<void>((wake) => waiting.push({ at: now + seconds * 1000, wake })),
    async pass(seconds: number) {
      for (const end = now + seconds * 1000; now < end; ) {
        now += 50;
        for (const one of waiting.splice(0))
          if (one.at <= now) one.wake();
          else waiting.push(one);
        // What was woken goes on before the clock does.
        for (let turn = 0; turn < 10; turn++) await Promise.resolve();
      }
    },
  };
};

it('writes a new key every quarter of a second, and says of each whether it was answered for', async () => {
  const clock = handClock();
  const writer = writeSteadily(async (key) => {
    if (key === 'w000001') throw new Error('no connection');
    return key !== 'w000002';
  }, clock);
  await clock.pass(0.9);
  const ended = writer.stop();
  await clock.pass(1);
  await ended;
  expect(writer.attempts.map(({ key, began, ok }) => [key, began, ok])).toEqual([
    ['w000000', 0, true],
    ['w000001', 250, false],
    ['w000002', 500, false],
    ['w000003', 750, true],
  ]);
});

it('does not wait for an answer, but has no more than a dozen on the way, and ends with the last of them', async () => {
  const clock = handClock();
  const answers: (() => void)[] = [];
  const writer = writeSteadily(() => new Promise((resolve) => answers.push(() => resolve(true))), clock);
  await clock.pass(10);
  expect(answers).toHaveLength(12);
  let isOver = false;
  const ended = writer.stop().then(() => {
    isOver = true;
  });
  await clock.pass(1);
  expect(isOver).toBe(false);
  for (const answer of answers) answer();
  await ended;
  expect(writer.attempts.every(({ ok }) => ok)).toBe(true);
});
