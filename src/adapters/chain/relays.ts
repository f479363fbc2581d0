import { setTimeout as pause } from 'node:timers/promises';
import type { Shells } from '../../ports/shells.ts';
import type { Host } from '../../spec/cluster.ts';
import { type Helpers, placeHelper } from './helper.ts';
import { type Relay, startRelay } from './relay.ts';

const START_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 5_000;

/** Does not keep the process alive. */
const wait = (ms: number): Promise<void> => pause(ms, undefined, { ref: false });

/** Relays by the keys of their hosts. */
export type Relays = ReadonlyMap<string, Relay>;

/** Relays on these hosts; a host where none starts in time is left out. */
export const startAll = async (
  on: readonly Host[],
  { shells, helpers }: { readonly shells: Shells; readonly helpers: Helpers },
): Promise<Relays> => {
  const hosts = new Map(on.map((host) => [host.key, host]));
  const relays = new Map<string, Relay>();
  let isLate = false;
  const startOn = async (host: Host): Promise<Relay> => {
    const shell = await shells.open(host);
    await placeHelper(shell, host, helpers);
    return startRelay(shell, host);
  };
  const start = async (host: Host) => {
    const relay = await startOn(host).catch(() => undefined);
    if (isLate) relay?.talk.end();
    else if (relay) relays.set(host.key, relay);
  };
  await Promise.race([Promise.all([...hosts.values()].map(start)), wait(START_WITHIN_MS)]);
  isLate = true;
  return relays;
};

/** Ends relays; one on a host that was lost ends by itself, whenever that host finds out. */
export const stopAll = async (relays: Relays): Promise<void> => {
  for (const { talk } of relays.values()) talk.end();
  const ends = Promise.allSettled([...relays.values()].map(({ talk }) => talk.ended));
  await Promise.race([ends, wait(STOP_WITHIN_MS)]);
};
