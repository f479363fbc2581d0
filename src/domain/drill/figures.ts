/** One attempt to write. Times are milliseconds since 1970; `key` is what it wrote. */
export interface Attempt {
  readonly key: string;
  readonly began: number;
  readonly ended: number;
  readonly ok: boolean;
}

/** A pod before and after. */
interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly ready: boolean;
  readonly restarts: number;
}

/** From when to when a host was pulled, and was whole again; milliseconds since 1970. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** What the loss of one server cost. Seconds are those without a write that succeeded. */
export interface Loss {
  readonly secondsWithoutWrite: number;
  readonly failedWrites: number;
  readonly podsDisturbed: readonly string[];
}

/** The same in words. */
export const lossWords = ({ secondsWithoutWrite, failedWrites, podsDisturbed }: Loss): string => {
  const pods = podsDisturbed.length === 0 ? 'no pod disturbed' : `disturbed ${podsDisturbed.join(', ')}`;
  return `was away: ${secondsWithoutWrite.toFixed(1)} s without a write, ${failedWrites} failed, ${pods}`;
};

/**
 * The longest time within a window, in seconds, between two writes that succeeded: from the last one before it, which the
 * clients have, to the next.
 */
export const withoutWrite = (attempts: readonly Attempt[], { from, to }: Window): number => {
  const ends = attempts
    .filter(({ ok }) => ok)
    .map(({ ended }) => ended)
    .sort((a, b) => a - b);
  const before = ends.filter((end) => end <= from).at(-1) ?? from;
  const after = ends.find((end) => end >= to) ?? to;
  const points = [before, ...ends.filter((end) => end > from && end < to), after];
  const gaps = points.slice(1).map((point, index) => point - (points[index] ?? point));
  return Math.max(0, ...gaps) / 1000;
};

/** How many attempts that began within a window failed. */
export const failedIn = (attempts: readonly Attempt[], { from, to }: Window): number =>
  attempts.filter(({ ok, began }) => !ok && began >= from && began <= to).length;

/** The writes that were answered for and are not there. */
export const lostOf = (attempts: readonly Attempt[], there: readonly string[]): readonly string[] => {
  const kept = new Set(there);
  return attempts.filter(({ ok, key }) => ok && !kept.has(key)).map(({ key }) => key);
};

/** The pods, as `namespace/name`, that were Ready before and are gone, were started anew, or are not Ready any more. */
export const disturbed = (before: readonly Pod[], after: readonly Pod[]): readonly string[] => {
  const now = new Map(after.map((pod) => [pod.uid, pod]));
  return before.flatMap(({ namespace, name, uid, ready, restarts }) => {
    if (!ready) return [];
    const then = now.get(uid);
    return then?.ready && then.restarts === restarts ? [] : [`${namespace}/${name}`];
  });
};
