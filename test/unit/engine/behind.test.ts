import { expect, it } from 'vitest';
import { Problem } from '../../../src/support/problem.ts';
import { codes, filePhase, gate, runPhases, three } from '../../support/fake-phases.ts';
import { fakeWorld } from '../../support/fake-world.ts';

// A phase that begins when some hosts have come as far.
const keys = three.map(({ key }) => key);
const [first = '', second = '', third = ''] = keys;
const [hostA, hostB] = three;
if (!hostA || !hostB) throw new Error('no hosts');

it('holds a phase back behind the hosts that it names, not behind others', async () => {
  const world = fakeWorld(keys);
  const { opened: held, open: release } = gate();
  world.before = async ({ key }, run) => {
    if (key === third && 'file' in run && run.file.path === '/one') await held;
    if ('file' in run && run.file.path === '/behind') release();
  };
  const { done } = await runPhases(world, [
    filePhase('one', {}),
    filePhase('behind', { hosts: [hostA], behind: () => ({ hosts: [hostB] }) }),
  ]);
  expect(codes(done.failed)).toEqual({});
  const at = (line: string) => world.history.indexOf(line);
  expect(at(`${first} write /behind`)).toBeGreaterThan(at(`${second} write /one`));
  expect(at(`${first} write /behind`)).toBeLessThan(at(`${third} write /one`));
});

it('is content with as many of them as it wants, and with all that are left', async () => {
  const world = fakeWorld(keys);
  const { opened: held, open: release } = gate();
  world.before = async ({ key }, run) => {
    if (!('file' in run)) return;
    if (key === third && run.file.path === '/one') await held;
    if (run.file.path === '/first') release();
    if (key === second && run.file.path === '/two') throw new Problem('COMMAND_FAILED', 'no');
  };
  const { done } = await runPhases(world, [
    filePhase('one', {}),
    filePhase('first', { hosts: [hostA], behind: () => ({ hosts: three.slice(1), least: 1 }) }),
    filePhase('two', {}),
    filePhase('last', { hosts: [hostA], behind: () => ({ hosts: three.slice(1), least: 2 }) }),
  ]);
  expect(codes(done.failed)).toEqual({ [second]: 'COMMAND_FAILED' });
  const at = (line: string) => world.history.indexOf(line);
  expect(at(`${first} write /first`)).toBeLessThan(at(`${third} write /one`));
  expect(at(`${first} write /last`)).toBeGreaterThan(at(`${third} write /two`));
});

it('goes on when a host that it was behind has failed', async () => {
  const world = fakeWorld(keys);
  world.before = ({ key }, run) => {
    if (key === second && 'file' in run) throw new Problem('COMMAND_FAILED', 'no');
  };
  const { done } = await runPhases(world, [
    filePhase('one', { hosts: [hostB] }),
    filePhase('behind', { hosts: [hostA], behind: () => ({ hosts: [hostB] }) }),
  ]);
  expect(codes(done.failed)).toEqual({ [second]: 'COMMAND_FAILED' });
  expect(world.history).toContain(`${first} write /behind`);
});
