import type { RelayTask } from './relay.ts';

/** Who still waits for which task of a round. */
export interface Open {
  /** A host has all of a task. */
  done(host: string, task: number): void;
  /** A host gets no more of a task in this round, unless somebody reaches it yet. */
  lost(host: string, task: number): void;
  /** A host's relay has ended. */
  gone(host: string): void;
  /** Whether everybody who still waits has lost hope. */
  isOver(): boolean;
}

/** What is open at the beginning of a round: every task of every host. The first in a task's chain is its head. */
export const openOf = (tasks: ReadonlyMap<string, readonly RelayTask[]>): Open => {
  const idOf = (host: string, task: number): string => `${task} ${host}`;
  const all = [...tasks].flatMap(([host, own]) =>
    own.map(({ id, from }) => ({ host, task: id, isHead: from.length === 0 })),
  );
  const waiting = new Map(all.map((one) => [idOf(one.host, one.task), one]));
  const hopeless = new Set<string>();
  const lost = (host: string, task: number): void => {
    const at = all.find((one) => one.host === host && one.task === task);
    if (!at) return;
    hopeless.add(idOf(host, task));
    // Whoever has everything passes it on without the head; when nobody has, nobody gets it.
    const others = all.filter((one) => one.task === task && !one.isHead);
    if (at.isHead && others.every((one) => waiting.has(idOf(one.host, task))))
      for (const one of others) hopeless.add(idOf(one.host, task));
  };
  return {
    lost,
    done: (host, task) => void waiting.delete(idOf(host, task)),
    gone(host) {
      for (const one of all) if (one.host === host) lost(host, one.task);
    },
    isOver: () => [...waiting.keys()].every((id) => hopeless.has(id)),
  };
};
