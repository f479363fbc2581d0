import { expect, it } from 'vitest';
import { cmd } from '../../../src/engine/command.ts';
import type { Condition } from '../../../src/engine/phase.ts';
import { codes, filePhase, runPhases, three } from '../../support/fake-phases.ts';
import { fakeWorld } from '../../support/fake-world.ts';

const [host] = three;
if (!host) throw new Error('no host');

/** Waits for a second file, which comes some time after the operator said stop. */
const stopped = async (more: Partial<Condition>) => {
  const world = fakeWorld([host.key]);
  const stop = new AbortController();
  const back: Condition = {
    says: 'it is back',
    ask: cmd('cat', '/back'),
    every: 1,
    within: 60,
    judge: (output) => (output === '' ? 'not yet' : 'ok'),
    ...more,
  };
  const { sleep } = world;
  world.sleep = async (seconds) => {
    await sleep(seconds);
    if (world.now() >= 3000) stop.abort();
    if (world.now() >= 10_000) world.hosts.get(host.key)?.files.set('/back', 'yes');
  };
  const phases = [
    filePhase('cut', { hosts: [host], until: () => [back] }),
    filePhase('next', { hosts: [host] }),
  ];
  const { done } = await runPhases(world, phases, { hosts: [host], stop: stop.signal });
  return { failed: codes(done.failed), history: world.history, seconds: world.now() / 1000 };
};

it('ends when the operator says so', async () => {
  expect(await stopped({})).toEqual({
    failed: { [host.key]: 'CANCELLED' },
    history: [`${host.key} write /cut`],
    seconds: 3,
  });
});

it('goes on to the end of what was begun, and then stops', async () => {
  expect(await stopped({ isEnd: true })).toEqual({
    failed: { [host.key]: 'CANCELLED' },
    history: [`${host.key} write /cut`],
    seconds: 10,
  });
});
