import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '../../src/adapters/ssh/connect.ts';
import type { Command } from '../../src/engine/command.ts';
import type { Ask } from '../../src/engine/fact.ts';
import { breakLock, type Holder, withLocks } from '../../src/engine/lock.ts';
import type { Shell } from '../../src/ports/shell.ts';
import { type Sshd, startSshd } from './sshd.ts';
import { hostAt, line, options } from './to.ts';

// A run that is gone may have sent what has not arrived yet. Its lock is in a folder of this machine's own, so one test at a time.
let sshd: Sshd;
const enter = () =>
  connect(
    hostAt({ user: sshd.user, port: sshd.port, key: sshd.clientKey, hostKey: sshd.hostKey('ed25519') }),
    options(),
  );
const holder = (run: string): Holder => ({
  operator: 'somebody@desk',
  machineId: 'desk',
  bootId: 'boot',
  pid: 1,
  started: run,
  run,
  at: '',
});
const lineOf = ({ parts, stdin }: Command) => ({ ...line(...parts), stdin: (stdin ?? []).join('') });
const lock = <T>(shell: Shell, run: string, work: () => Promise<T>, local = false): Promise<T> =>
  withLocks(
    {
      world: {
        ask: async (_host, asks: readonly Ask[]) =>
          (await shell.ask(asks.map((ask) => lineOf(ask as Command)))).map(({ stdout }) => stdout),
      },
      hosts: [{ ...hostAt({ user: sshd.user, port: sshd.port, key: sshd.clientKey }), local }],
      holder: holder(run),
      isGone: () => true,
      nameOf: () => 'board',
      tell: () => {},
    },
    work,
  );

beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(async () => {
  await sshd.stop();
});

/** What becomes of a command of a run that is gone, when `over` has freed its host from it or taken it over. */
const fateOf = async (
  over: (other: Shell) => Promise<unknown>,
  { seconds = 30, local = false } = {},
): Promise<unknown> => {
  const [gone, other] = await Promise.all([enter(), enter()]);
  const work = async () => {
    const writing = gone.run(line('sleep', `${seconds}`)).catch((error: Error) => error.message);
    await over(other);
    return writing;
  };
  return lock(gone, 'run-1', work, local).finally(() => Promise.all([gone.close(), other.close()]));
};
const takeOver = (other: Shell) => lock(other, 'run-2', async () => {});

it('ends the connection of a run that is gone when the next one takes its lock, and with it what had not arrived', async () => {
  expect(await fateOf(takeOver)).toMatch(/connection .* was lost/);
});

it('ends it when the operator frees the host', async () => {
  expect(await fateOf((other) => other.run(lineOf(breakLock)))).toMatch(/connection .* was lost/);
});

it('leaves the login alone from which edgectl works on its own machine', async () => {
  expect(await fateOf(takeOver, { seconds: 2, local: true })).toMatchObject({ code: 0 });
});
