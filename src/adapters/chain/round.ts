import { type Open, openOf } from './open.ts';
import type { Relay, RelayEvent, RelayTask } from './relay.ts';

/** After so long without a word of any relay nobody comes any further: one that checks or syncs says so from time to time. */
const STILL_MS = 60_000;

/** Who takes part in a round, by host key. */
export interface Round {
  readonly relays: ReadonlyMap<string, Relay>;
  readonly tasks: ReadonlyMap<string, readonly RelayTask[]>;
  /** The most that a head sends, in bytes a second; 0 is without bound. */
  readonly rate: number;
  /** A host has so many bytes of a task. */
  readonly progress: (host: string, task: number, bytes: number) => void;
  /** A host has all of a task, verified and on its disk. */
  readonly done: (host: string, task: number) => void;
  /** A link of a task has begun, with this cipher. */
  readonly linked?: ((host: string, to: string, cipher: string) => void) | undefined;
}

const note = (
  open: Open,
  { event, task, peer }: RelayEvent,
  host: string,
  nameOf: (peer: string) => string,
) => {
  if (event === 'done') open.done(host, task);
  // Only this round: it is served in the next one, by whoever reaches it then.
  if (event === 'bypass') open.lost(nameOf(peer), task, host);
  if (event === 'link') open.reached(nameOf(peer), task);
  if (event === 'failed' || event === 'no-space') open.failed(host, task);
};

/** Lets the relays work until everybody has everything, or those who have not cannot come any further. */
export const playRound = ({ relays, tasks, rate, progress, done, linked }: Round): Promise<void> =>
  new Promise((resolve) => {
    const open = openOf(tasks);
    const names = new Map([...relays].map(([host, { peer }]) => [peer.fingerprint, host]));
    const nameOf = (fingerprint: string) => names.get(fingerprint) ?? '';
    // Nobody sends before everybody has checked what lies there, or is gone.
    const busy = new Set(relays.keys());
    const isReady = (host: string) => {
      if (busy.delete(host) && busy.size === 0) for (const relay of relays.values()) relay.go();
    };
    const finish = () => {
      clearTimeout(still);
      resolve();
    };
    const look = () => {
      if (open.isOver()) finish();
    };
    const still = setTimeout(finish, STILL_MS);
    const hear = (host: string) => (event: RelayEvent) => {
      still.refresh();
      if (event.event === 'open') isReady(host);
      if (event.event === 'progress') progress(host, event.task, event.done);
      if (event.event === 'link') linked?.(host, nameOf(event.peer), event.cipher);
      note(open, event, host, nameOf);
      if (event.event === 'done') done(host, event.task);
      look();
    };
    for (const [host, relay] of relays) {
      relay.work({ tasks: tasks.get(host) ?? [], rate }, hear(host));
      relay.talk.ended
        .catch(() => {})
        .then(() => {
          open.gone(host);
          isReady(host);
          look();
        });
    }
    look();
  });
