import { type Random, randomFrom } from '../model/random.ts';

/** What can happen to any node, and to edgectl itself. */
const KINDS = ['kill', 'power', 'cable', 'full', 'corrupt', 'sshd'] as const;
/** What can happen to an emulated board as well: it has a kernel and a clock of its own. */
const BOARD_KINDS = ['reboot', 'clock'] as const;

type Kind = (typeof KINDS)[number] | (typeof BOARD_KINDS)[number];

/** The verbs that faults strike in. */
export type Verb = 'init' | 'bundle push' | 'host add' | 'host remove';

/** A fault that strikes when a run has told of so many events; `lasts` in s, and for ever until all is healed. */
export interface LabFault {
  readonly verb: number;
  readonly at: number;
  readonly kind: Kind;
  readonly node: string;
  readonly lasts: number;
  /** How far a clock is set from the right time, in s. */
  readonly skew?: number;
}

/** A cluster that walks are in: its boards, and how many members etcd then has. */
export interface Shape {
  readonly name: 'single' | 'witness' | 'emulated';
  readonly boards: readonly string[];
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

const SINGLE: Shape = { name: 'single', boards: ['board-1', 'board-2'], members: 1 };
const WITNESS: Shape = { name: 'witness', boards: ['board-1', 'board-2', 'board-3'], members: 3 };
/** The worker is a machine that QEMU emulates. */
const EMULATED: Shape = { name: 'emulated', boards: ['board-1', 'arm-1'], members: 1 };

/** What the worker of a walk is; one that is emulated takes its time. */
export type Worker = 'container' | 'emulated';

/** Whether a node of a lab is emulated: such a one is reached through its sshd only. */
export const isEmulated = (node: string): boolean => node.startsWith('arm-');

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

const HOUR_S = 3600;
/** A board that has lost its time, one that is hours off, one that is days ahead. */
const SKEWS: readonly number[] = [-20_000 * 24 * HOUR_S, -5 * HOUR_S, 3 * 24 * HOUR_S];

/** One of the faults that only an emulated board can have: half of its walk's. */
const boardFaultOf = (random: Random, node: string, verb: number, events: number): LabFault => ({
  verb,
  at: 1 + random.below(events),
  kind: random.pick(BOARD_KINDS),
  node,
  lasts: 0,
  skew: random.pick(SKEWS),
});

/** Draws a walk, among containers or with a worker that is emulated. The first verb, which is the longest, gets every other fault. */
export const drawWalk = (seed: number, worker: Worker = 'container'): Drawn => {
  const random = randomFrom(seed);
  const usual = random.chance(0.7) ? SINGLE : WITNESS;
  const shape = worker === 'emulated' ? EMULATED : usual;
  const verbs = random.pick(WAYS);
  const nodes = ['control', ...shape.boards];
  const board = shape.boards.find(isEmulated);
  const faults = Array.from({ length: LEAST + random.below(2) }, (_, index) => {
    const verb = index % 2 === 0 ? 0 : 1 + (((index - 1) / 2) % (verbs.length - 1));
    const events = EVENTS[verbs[verb] ?? 'init'];
    if (board && random.chance(0.5)) return boardFaultOf(random, board, verb, events);
    return faultOf(random, nodes, verb, events);
  });
  return { shape, verbs, faults: faults.sort((a, b) => a.verb - b.verb || a.at - b.at) };
};
