import type { RelayTask } from './relay.ts';

/** Who still waits for which task of a round. */
export interface Open {
  /** A host has all of a task. */
  done(host: string, task: number): void;
  /**
   * A neighbour does not reach a host with a task: it gets no more of it in this round, unless somebody else reaches it. What a
   * host says that is lost itself counts for nothing: its cable may be out, and it reaches nobody.
   */
  lost(host: string, task: number, by: string): void;
  /** A neighbour has reached a host with a task. */
  reached(host: string, task: number): void;
  /** A host cannot do its part of a task. */
  failed(host: string, task: number): void;
  /** A host's relay has ended. */
  gone(host: string): void;
  /** Whether everybody who still waits has lost hope. */
  isOver(): boolean;
}

/** What is open at the beginning of a round: every task of every host. */
export const openOf = (tasks: ReadonlyMap<string, readonly RelayTask[]>): Open => {
  const idOf = (host: string, task: number): string => `${task} ${host}`;
  const chains = new Map<number, { readonly host: string; readonly place: number }[]>();
  for (const [host, own] of tasks)
    for (const { id, from } of own) chains.set(id, [...(chains.get(id) ?? []), { host, place: from.length }]);
  for (const chain of chains.values()) chain.sort((a, b) => a.place - b.place);
  const waiting = new Set([...chains].flatMap(([task, chain]) => chain.map(({ host }) => idOf(host, task))));
  const unreached = new Set<string>();
  const hopeless = new Set<string>();

  /** Whoever has everything feeds those behind it; without it nobody does. A node that was still waiting is gone around. */
  const orphan = (host: string, task: number): void => {
    const chain = chains.get(task) ?? [];
    const at = chain.findIndex((one) => one.host === host);
    if (at < 0 || (at > 0 && waiting.has(idOf(host, task)))) return;
    for (const behind of chain.slice(at + 1)) {
      if (!waiting.has(idOf(behind.host, task))) return;
      hopeless.add(idOf(behind.host, task));
    }
  };
  const failed = (host: string, task: number): void => {
    hopeless.add(idOf(host, task));
    orphan(host, task);
  };
  return {
    failed,
    done: (host, task) => void waiting.delete(idOf(host, task)),
    lost(host, task, by) {
      if (!unreached.has(idOf(by, task))) unreached.add(idOf(host, task));
    },
    reached: (host, task) => void unreached.delete(idOf(host, task)),
    gone(host) {
      for (const { id } of tasks.get(host) ?? []) failed(host, id);
    },
    isOver: () => [...waiting].every((id) => hopeless.has(id) || unreached.has(id)),
  };
};
