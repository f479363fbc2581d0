import type { Relay, RelayEvent, RelayTask } from './relay.ts';

/** After so long without a word of any relay nobody comes any further. A sync to a slow disk takes its time in silence. */
const STILL_MS = 60_000;

/** Who takes part in a round, by host key. */
export interface Round {
  readonly relays: ReadonlyMap<string, Relay>;
  readonly tasks: ReadonlyMap<string, readonly RelayTask[]>;
  /** The most that the head sends, in bytes a second; 0 is without bound. */
  readonly rate: number;
  /** A host has so many bytes of a task. */
  readonly progress: (host: string, task: number, bytes: number) => void;
  /** A host has all of a task, verified and on its disk. */
  readonly done: (host: string, task: number) => void;
}

/** Lets the relays work until everybody has everything, or those who have not cannot come any further. */
export const playRound = ({ relays, tasks, rate, progress, done }: Round): Promise<void> =>
  new Promise((resolve) => {
    const open = new Map([...tasks].map(([host, own]) => [host, new Set(own.map(({ id }) => id))]));
    const names = new Map([...relays].map(([host, { peer }]) => [peer.fingerprint, host]));
    const lost = new Set<string>();
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
      if ([...open].every(([host, left]) => left.size === 0 || lost.has(host))) finish();
    };
    const still = setTimeout(finish, STILL_MS);
    const hear = (host: string) => (event: RelayEvent) => {
      still.refresh();
      if (event.event === 'open') isReady(host);
      if (event.event === 'progress') progress(host, event.task, event.done);
      if (event.event === 'done') {
        open.get(host)?.delete(event.task);
        lost.delete(host);
        done(host, event.task);
      }
      // Only this round: it is served in the next one, by whoever reaches it then.
      if (event.event === 'bypass') lost.add(names.get(event.peer) ?? '');
      if (event.event === 'failed' || event.event === 'no-space') lost.add(host);
      look();
    };
    for (const [host, relay] of relays) {
      relay.work({ tasks: tasks.get(host) ?? [], rate }, hear(host));
      relay.talk.ended
        .catch(() => {})
        .then(() => {
          lost.add(host);
          isReady(host);
          look();
        });
    }
    look();
  });
