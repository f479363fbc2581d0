import type { Cluster, Host } from '../../src/spec/cluster.ts';
import { clusterCase } from '../support/cases.ts';
import { type Ran, runVerb, type Verb } from './edgectl-run.ts';
import { FAULTS, type Fault, Storm } from './faults.ts';
import { judge, judgeReset, leftParts } from './judge.ts';
import { type Random, randomFrom } from './model/random.ts';
import { Site } from './model/site.ts';

const SETTLE_MS = 20_000;
const COMES_BACK_MS = 120_000;
/** Runs that faults strike in, and about as many things as the first `init` does on the machines, and any other run. */
const STORMY = 3;
const FIRST_ACTIONS = 300;
const LATER_ACTIONS = 120;

/** What a walk found. */
export interface Walked {
  readonly seed: number;
  readonly cluster: string;
  readonly faults: readonly string[];
  readonly runs: readonly Pick<Ran, 'ended' | 'problems'>[];
  /** What must not be, in words; empty when the walk ended well. */
  readonly wrong: readonly string[];
  /** Parts of files that lie beside whole ones. */
  readonly left: number;
  readonly phases: ReadonlySet<string>;
  /** How many things were done on machines. */
  readonly done: number;
  /** What the runs wrote down. */
  readonly journals: readonly string[];
}

const variants = (): readonly Cluster[] => {
  const four = clusterCase('witness-4');
  const small = { ...four, hosts: four.hosts.slice(0, 3), name: 'witness-3' };
  const single: Cluster = { ...small, name: 'single-3', masters: { ...four.masters, elect: 1, ha: 'none' } };
  const rename = (host: Host, index: number): Host => ({
    ...host,
    key: `cam-${index}`,
    name: `cam-${index}`,
  });
  const named = { ...small, name: 'named-3', hosts: small.hosts.map(rename) };
  return [four, small, single, named];
};
const CLUSTERS = variants();

const faultsFor = (random: Random, most: number, actions: number): readonly Fault[] =>
  Array.from({ length: 1 + random.below(most) }, () => ({
    at: 1 + random.below(actions),
    kind: random.pick(FAULTS),
    lasts: random.chance(0.3) ? Number.POSITIVE_INFINITY : 1000 * 2 ** random.below(11),
  }));

const without = (cluster: Cluster, key: string): Cluster => ({
  ...cluster,
  hosts: cluster.hosts.filter((host) => host.key !== key),
});

/** A host that is no master, by what edgectl has written down. */
const workerOf = (cluster: Cluster, site: Site): string | undefined => {
  const text = site.machineOf(cluster.control).disk.read(`/var/lib/edgectl/${cluster.name}/decisions.json`);
  const { election } = JSON.parse(text ?? '{}') as { election?: { masters: readonly string[] } };
  return cluster.hosts.find(({ key }) => !election?.masters.includes(key))?.key;
};

/** One walk as it goes: the site, the storm over it, and the runs of edgectl so far. Lives until it is judged. */
class Journey {
  readonly site: Site;
  readonly storm: Storm;
  readonly runs: Ran[] = [];
  readonly wrong: string[] = [];
  readonly #random: Random;
  readonly #gone = new Set<number>();

  constructor(cluster: Cluster, random: Random) {
    this.#random = random;
    this.site = new Site(cluster, random.below(2 ** 31));
    this.storm = new Storm(this.site);
  }

  async run(verb: Verb): Promise<Ran> {
    const ran = await runVerb(verb, this.site, this.storm, this.runs.length, this.#gone);
    this.runs.push(ran);
    return ran;
  }

  /** Runs a verb through some faults, heals, and runs it once more: that must be enough. */
  async through(verb: Verb, most: number, actions: number, first = verb): Promise<void> {
    const stormy = 1 + this.#random.below(STORMY);
    let last: Ran | undefined;
    for (let number = 0; number < stormy; number++) {
      const share = number === 0 ? most : Math.ceil(most / 4);
      this.storm.begin(faultsFor(this.#random, share, number === 0 ? actions : LATER_ACTIONS));
      last = await this.run(number === 0 ? first : verb);
      await this.site.pass(1000 * this.#random.below(30));
      // A host that is removed is no longer in the file.
      if (verb.id === 'host-remove' && last.ended === 'ok') break;
    }
    this.storm.heal();
    // A host is removed from a cluster that has come back.
    await this.site.pass(verb.id === 'host-remove' ? COMES_BACK_MS : SETTLE_MS);
    if (verb.id === 'host-remove' && last?.ended === 'ok') return;
    const { ended, problems } = await this.run(verb);
    if (ended !== 'ok') this.wrong.push(`${verb.id} unrecovered: ${problems.join('; ')}`);
  }

  /** Runs a verb that must find nothing to change. */
  async settled(verb: Verb): Promise<void> {
    const { ended, changes, problems } = await this.run(verb);
    if (ended !== 'ok' || changes > 0)
      this.wrong.push(`${verb.id} not settled: ${changes} changes; ${problems.join('; ')}`);
  }
}

const removeAndAdd = async (journey: Journey, cluster: Cluster): Promise<void> => {
  const target = workerOf(cluster, journey.site);
  if (target === undefined) return;
  await journey.through({ id: 'host-remove', cluster, target }, 3, LATER_ACTIONS);
  const rest: Verb = { id: 'init', cluster: without(cluster, target) };
  if ((await journey.run(rest)).ended !== 'ok') journey.wrong.push('init after host-remove failed');
  await journey.settled(rest);
  await journey.through({ id: 'init', cluster }, 3, LATER_ACTIONS);
  await journey.settled({ id: 'init', cluster });
};

const resetAndInit = async (journey: Journey, cluster: Cluster): Promise<void> => {
  const reset: Verb = { id: 'reset', cluster };
  await journey.through(reset, 4, LATER_ACTIONS);
  await journey.settled(reset);
  journey.wrong.push(...judgeReset(journey.site));
  journey.site.etcds.clear();
  await journey.through({ id: 'init', cluster }, 2, FIRST_ACTIONS);
  await journey.settled({ id: 'init', cluster });
};

/** Walks from bare boards through faults that follow from the seed: `init`, and then some of the other verbs. */
export const walk = async (seed: number): Promise<Walked> => {
  const random = randomFrom(seed);
  const cluster = random.pick(CLUSTERS);
  const journey = new Journey(cluster, random);
  const { site, storm, runs, wrong } = journey;
  // A host that is added to the file between two runs is what `host add` is.
  const smaller = without(cluster, cluster.hosts.at(-1)?.key ?? '');
  const first: Verb = { id: 'init', cluster: random.chance(0.2) ? smaller : cluster };
  await journey.through({ id: 'init', cluster }, 8, FIRST_ACTIONS, first);
  if (wrong.length === 0) await journey.settled({ id: 'init', cluster });
  const next = random.next();
  if (wrong.length === 0 && next < 0.15) await removeAndAdd(journey, cluster);
  else if (wrong.length === 0 && next < 0.3) await resetAndInit(journey, cluster);
  wrong.push(...judge(cluster, site, runs));
  return {
    seed,
    cluster: cluster.name,
    faults: storm.struck,
    runs: runs.map(({ ended, problems }) => ({ ended, problems })),
    wrong,
    left: leftParts(site),
    phases: new Set(runs.flatMap(({ phases }) => [...phases])),
    done: storm.done,
    journals: runs.map(({ journal }) => journal),
  };
};
