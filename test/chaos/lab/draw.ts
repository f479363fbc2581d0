import { type Random, randomFrom } from '../model/random.ts';

/** What can happen to a container node, and to edgectl itself. */
const KINDS = ['kill', 'power', 'cable', 'full', 'corrupt', 'sshd'] as const;

/** The verbs that faults strike in. */
export type Verb = 'init' | 'bundle push' | 'host add' | 'host remove';

/** A fault that strikes when a run has told of so many events; `lasts` in s, and for ever until all is healed. */
export interface LabFault {
  readonly verb: number;
  readonly at: number;
  readonly kind: (typeof KINDS)[number];
  readonly node: string;
  readonly lasts: number;
}

/** A cluster that walks are in: how many boards it has, and how many members etcd then has. */
export interface Shape {
  readonly name: 'single' | 'witness';
  readonly boards: number;
  readonly members: number;
}

/** All that follows from a seed. */
export interface Drawn {
  readonly shape: Shape;
  readonly verbs: readonly Verb[];
  readonly faults: readonly LabFault[];
}

/** A walk has at least so many faults that really struck. */
export const LEAST = 6;

const SINGLE: Shape = { name: 'single', boards: 2, members: 1 };
const WITNESS: Shape = { name: 'witness', boards: 3, members: 3 };

/** A board is added after `init` without it, or leaves and comes back. */
const WAYS: readonly (readonly Verb[])[] = [
  ['init', 'bundle push'],
  ['init', 'host add'],
  ['init', 'host remove', 'host add'],
  ['init', 'host add', 'bundle push'],
  ['init', 'bundle push', 'host remove'],
];

/** About how many events a verb tells where nothing goes wrong. */
const EVENTS: Readonly<Record<Verb, number>> = {
  init: 160,
  'host add': 60,
  'bundle push': 30,
  'host remove': 25,
};

const faultOf = (random: Random, nodes: readonly string[], verb: number, events: number): LabFault => {
  const kind = random.pick(KINDS);
  const at = 1 + random.below(events);
  return {
    verb,
    // What is under way can only be spoilt while it is.
    at: kind === 'corrupt' ? 1 : at,
    kind,
    node: random.pick(nodes),
    lasts: random.chance(0.25) ? Number.POSITIVE_INFINITY : 2 + random.below(11),
  };
};

/** Draws a walk. The first verb, which is the longest, gets every other fault. */
export const drawWalk = (seed: number): Drawn => {
  const random = randomFrom(seed);
  const shape = random.chance(0.7) ? SINGLE : WITNESS;
  const verbs = random.pick(WAYS);
  const nodes = ['control', ...Array.from({ length: shape.boards }, (_, index) => `board-${index + 1}`)];
  const faults = Array.from({ length: LEAST + random.below(2) }, (_, index) => {
    const verb = index % 2 === 0 ? 0 : 1 + (((index - 1) / 2) % (verbs.length - 1));
    return faultOf(random, nodes, verb, EVENTS[verbs[verb] ?? 'init']);
  });
  return { shape, verbs, faults: faults.sort((a, b) => a.verb - b.verb || a.at - b.at) };
};
