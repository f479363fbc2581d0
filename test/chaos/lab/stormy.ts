import type { Ran } from '../../init/cli.ts';
import type { LabFault } from './draw.ts';
import type { Listener } from './logs.ts';
import type { Stage, WalkSite } from './stages.ts';
import type { LabStorm } from './strike.ts';

/** A walk as it goes. */
export interface Walk {
  readonly site: WalkSite;
  readonly storm: LabStorm;
  readonly listener: Listener;
  /** What has not struck yet. */
  readonly left: LabFault[];
}

/** A run that waits for what is gone is killed after so long, in s; one with an emulated board takes longer. */
const PATIENCE_S = { container: 30, emulated: 120 } as const;
/** So long after the last fault it has met them all, in ms: what it does then, the run after the healing does as well. */
const ENOUGH_MS = { container: 12_000, emulated: 40_000 } as const;
/** While a run tells nothing for so long, in ms, the next fault does not wait for it to go on. */
const SILENCE_MS = 6000;

const isTimed = ({ kind }: LabFault): boolean => kind !== 'corrupt';

const take = (left: LabFault[], wanted: (fault: LabFault) => boolean): LabFault | undefined => {
  const index = left.findIndex(wanted);
  return index < 0 ? undefined : left.splice(index, 1)[0];
};

/** One run of a verb that faults strike in, as they are due; what did not strike is left. */
export const stormy = async (walk: Walk, { verb, words }: Stage): Promise<Ran> => {
  const { site, storm, listener, left } = walk;
  let events = 0;
  let heard = Date.now();
  let struckAt = Date.now();
  let isOver = false;
  let send: (signal: 'SIGKILL') => void = () => {};
  const run = { kill: () => send('SIGKILL'), isOver: () => isOver };
  const strike = (wanted: (fault: LabFault) => boolean): boolean => {
    const fault = take(left, (one) => isTimed(one) && wanted(one));
    if (fault) storm.strike(fault, verb, run);
    return fault !== undefined;
  };
  const prey = take(left, (fault) => !isTimed(fault));
  let hunt: Promise<boolean> | undefined;
  const command = site.on(...(await words()), '--yes');
  const began = Date.now();
  const timer = setInterval(() => {
    const now = Date.now();
    if (events > 0 && now - heard > SILENCE_MS && strike(() => true)) heard = now;
    if (left.length > 0 || prey) struckAt = now;
    if (now - began < PATIENCE_S[site.worker] * 1000 && now - struckAt < ENOUGH_MS[site.worker]) return;
    clearInterval(timer);
    storm.gaveUp(verb, Math.round((now - began) / 1000));
    run.kill();
  }, 500);
  const ran = await site.run.watch(command, (event, signal) => {
    send = signal;
    listener.heard(JSON.stringify(event));
    if (prey) hunt ??= storm.hunt(prey, verb, run);
    if (event.type === 'progress') return;
    events++;
    heard = Date.now();
    while (strike(({ at }) => at <= events));
  });
  isOver = true;
  clearInterval(timer);
  listener.heard(ran.stderr);
  if (prey && !(await hunt)) left.push(prey);
  await storm.settle();
  await listener.learn();
  // The next run has less to do: what is left strikes early in it.
  const next = [...left.splice(0), ...storm.missed.splice(0)];
  left.push(...next.map((fault, index) => ({ ...fault, at: Math.min(fault.at, 3 + 4 * index) })));
  return ran;
};
