/** What one relay found out: at what rate its successor takes bytes, in bytes a second; 0 when it did not. */
export interface Measured {
  readonly from: string;
  readonly to: string;
  readonly rate: number;
}

/** Each key with the one before and the one behind it in a ring: so everybody takes part in two measurements. */
export const ringOf = (
  keys: readonly string[],
): readonly { readonly before: string; readonly key: string; readonly next: string }[] =>
  keys.length < 2
    ? []
    : keys.map((key, place) => ({
        before: keys.at(place - 1) ?? key,
        key,
        next: keys[(place + 1) % keys.length] ?? key,
      }));

/**
 * The speed of each host in bytes a second: the better one of the measurements that it took part in, so that a slow
 * neighbour does not make it look slow. A host of which nothing is known has none.
 */
export const speedsOf = (measured: readonly Measured[]): ReadonlyMap<string, number> => {
  const speeds = new Map<string, number>();
  for (const { from, to, rate } of measured)
    for (const key of rate > 0 ? [from, to] : []) speeds.set(key, Math.max(rate, speeds.get(key) ?? 0));
  return speeds;
};

/** Links within this factor of the fastest among them count as equal: measurements vary, and the order given may mean something. */
const EQUAL_WITHIN = 2;

/**
 * Orders hosts for a chain, in which everybody gets content at the speed of the slowest link before it: in bands within a
 * factor of two, the fastest band first, in a band the order given, those of which nothing is known at the end. So nobody
 * has to wait for a link that is less than half as fast as its own.
 */
export const bySpeed = (keys: readonly string[], speeds: ReadonlyMap<string, number>): readonly string[] => {
  const speedOf = (key: string): number => speeds.get(key) ?? 0;
  const fallingSpeeds = [...new Set(keys.map(speedOf))].sort((a, b) => b - a);
  const bands = new Map<number, number>();
  let top = Number.POSITIVE_INFINITY;
  for (const speed of fallingSpeeds) {
    if (speed * EQUAL_WITHIN < top) top = speed;
    bands.set(speed, top);
  }
  const bandOf = (key: string): number => bands.get(speedOf(key)) ?? 0;
  return [...keys].sort((a, b) => bandOf(b) - bandOf(a));
};
