import { nameIn } from '../domain/topology/names.ts';
import { breakLock, type Holder, lockOf } from '../engine/lock.ts';
import { Problem } from '../support/problem.ts';
import { keptDecisions, type Start, withSession } from './session.ts';

/** A lock that was found. `holder` is undefined when it does not say whose it is. */
export interface Held {
  readonly host: string;
  readonly holder: Holder | undefined;
}

/** The locks as data. */
export const locks = (held: readonly Held[]) =>
  held.map(({ host, holder }) => ({ host, holder: holder ?? null }));

/** Finds every lock, and breaks them when `confirm` says so. Gives those that were broken. */
export const unlock = (
  start: Start,
  confirm: (held: readonly Held[]) => Promise<boolean>,
): Promise<readonly Held[]> =>
  withSession(start, async ({ hosts, world, kept }) => {
    const nameOf = nameIn(keptDecisions(kept));
    const machines = hosts.filter(({ duty }) => duty !== 'operator');
    const found = await Promise.all(
      machines.map(async (machine) => {
        const lock = await lockOf(world, machine);
        return lock ? [{ machine, held: { host: nameOf(machine), holder: lock.holder } }] : [];
      }),
    );
    const held = found.flat();
    if (held.length === 0) return [];
    if (!(await confirm(held.map((one) => one.held))))
      throw new Problem('CANCELLED', 'not confirmed: nothing was freed');
    await Promise.all(held.map(({ machine }) => world.run(machine, { command: breakLock })));
    return held.map((one) => one.held);
  });
