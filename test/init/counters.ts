import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { scriptOn } from '../lab/exec-on.ts';
import type { Site } from './site.ts';

/** Bytes that went over links of a lab: what each node took and gave, and what this machine, where edgectl runs, sent. */
export interface Counters {
  readonly taken: Readonly<Record<string, number>>;
  readonly given: Readonly<Record<string, number>>;
  readonly sent: number;
}

const countersNow = async ({ lab }: Site): Promise<Counters> => {
  const [first] = lab.nodes;
  const route = JSON.parse((await execa('ip', ['-json', 'route', 'get', first?.address ?? ''])).stdout);
  const sent = await readFile(`/sys/class/net/${route[0].dev}/statistics/tx_bytes`, 'utf8');
  const pairs = lab.nodes.map(async ({ name }) => {
    const files = ['rx', 'tx'].map((way) => `/sys/class/net/eth0/statistics/${way}_bytes`);
    const [taken = 0, given = 0] = (await scriptOn(lab.name, name, `cat ${files.join(' ')}`))
      .trim()
      .split('\n')
      .map(Number);
    return { name, taken, given };
  });
  const all = await Promise.all(pairs);
  return {
    taken: Object.fromEntries(all.map(({ name, taken }) => [name, taken])),
    given: Object.fromEntries(all.map(({ name, given }) => [name, given])),
    sent: Number(sent),
  };
};

const minus = (a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(a).map(([name, bytes]) => [name, bytes - (b[name] ?? 0)]));

/** What goes over the links while something is done, and what that gives. */
export const counting = async <T>(
  site: Site,
  work: () => Promise<T>,
): Promise<{ readonly bytes: Counters; readonly result: T }> => {
  const before = await countersNow(site);
  const result = await work();
  const after = await countersNow(site);
  return {
    result,
    bytes: {
      taken: minus(after.taken, before.taken),
      given: minus(after.given, before.given),
      sent: after.sent - before.sent,
    },
  };
};
