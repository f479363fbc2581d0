import { setTimeout as pause } from 'node:timers/promises';
import type { Relay } from './relay.ts';
import { type Measured, ringOf, speedsOf } from './speed.ts';

/** Dialling and a link's bytes may take 2 s; whoever takes longer goes to the end of the chain anyway. */
const WITHIN_MS = 3_000;

/**
 * Lets every relay probe the next one, all at once, and gives the speeds of hosts in bytes a second. Who does not answer in
 * time, or whose neighbours do not, has none.
 */
export const measure = async (relays: ReadonlyMap<string, Relay>): Promise<ReadonlyMap<string, number>> => {
  const ring = ringOf([...relays.keys()]);
  const found: Measured[] = [];
  const probes = ring.map(({ key, next, before }) => {
    const [own, to, from] = [relays.get(key), relays.get(next)?.peer, relays.get(before)?.peer];
    return new Promise<void>((resolve) => {
      if (!own || !to || !from) return resolve();
      const isOver = () => resolve();
      own.talk.ended.then(isOver, isOver);
      own.measure({ to, from }, ({ event, rate }) => {
        if (event !== 'speed') return;
        found.push({ from: key, to: next, rate });
        resolve();
      });
    });
  });
  await Promise.race([Promise.all(probes), pause(WITHIN_MS, undefined, { ref: false })]);
  return speedsOf(found);
};
