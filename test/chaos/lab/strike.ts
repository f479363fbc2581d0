import { execOn, fault } from '../../lab/lab.ts';
import type { Random } from '../model/random.ts';

/** What can happen to a container node, and to edgectl itself. */
export const LAB_FAULTS = ['kill', 'power', 'cable', 'full', 'corrupt', 'sshd'] as const;

/** A fault that strikes when a run has told of so many events; `lasts` in s, for ever when nobody mends it. */
export interface LabFault {
  readonly stage: number;
  readonly at: number;
  readonly kind: (typeof LAB_FAULTS)[number];
  readonly node: string;
  readonly lasts: number;
}

/** At least so many faults a walk. */
const LEAST = 6;

/** The faults of a walk, so many stages long, which follow from its seed. `events` is about how many a stage has. */
export const labFaults = (
  random: Random,
  nodes: readonly string[],
  events: readonly number[],
): readonly LabFault[] =>
  Array.from({ length: LEAST + random.below(3) }, (_, index) => {
    const stage = index % events.length;
    const kind = random.pick(LAB_FAULTS);
    return {
      stage,
      at: 1 + random.below(events[stage] ?? 1),
      kind,
      node: random.pick(nodes),
      lasts: random.chance(0.3) ? Number.POSITIVE_INFINITY : 1 + random.below(20),
    };
  }).sort((a, b) => a.at - b.at);

// A byte in the middle of whatever is half there.
const SPOIL = `for folder in /usr/local/lib/edgectl/blobs /var/lib/rancher/edgectl/blobs /var/lib/edgectl/blobs; do
  for part in "$folder"/*.part "$folder"/.*.edgectl-part; do
    [ -s "$part" ] || continue
    printf X | dd of="$part" bs=1 seek=$(($(wc -c < "$part") / 2)) conv=notrunc 2>/dev/null && echo spoilt
  done
done`;
const RESTART = 'systemctl kill --signal=KILL ssh; systemctl reset-failed ssh; systemctl restart ssh';

const LEVERS = {
  power: ['power-off', 'power-on'],
  cable: ['link-down', 'link-up'],
  full: ['disk-full', 'disk-free'],
} as const;

/** Strikes a node of a lab, and heals it when that is due. Lives as long as one walk. */
export class LabStorm {
  readonly #lab: string;
  readonly #ill = new Map<string, 'power-on' | 'link-up' | 'disk-free'>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #work: Promise<unknown> = Promise.resolve();
  /** What struck, for people. */
  readonly struck: string[] = [];

  constructor(lab: string) {
    this.#lab = lab;
  }

  // One lever at a time: a node without power has no cable to pull.
  #then(act: () => Promise<unknown>): void {
    this.#work = this.#work.then(act).catch((error: Error) => {
      this.struck.push(`(${error.message})`);
    });
  }

  strike({ kind, node, lasts }: LabFault, when: string): void {
    if (kind === 'kill') return;
    const long = Number.isFinite(lasts) ? ` for ${lasts} s` : ' until healed';
    this.#then(async () => {
      if (kind === 'sshd' || kind === 'corrupt') {
        const script = kind === 'sshd' ? RESTART : SPOIL;
        const { exitCode, stdout } = await execOn(this.#lab, node, ['sh', '-c', script]);
        const missed = exitCode !== 0 || (kind === 'corrupt' && stdout.trim() === '');
        this.struck.push(`${when}: ${kind} on ${node}${missed ? ' (met nothing)' : ''}`);
        return;
      }
      // A node has one illness at a time.
      if (this.#ill.has(node)) return;
      const [ill, well] = LEVERS[kind];
      await fault(this.#lab, node, ill);
      this.#ill.set(node, well);
      this.struck.push(`${when}: ${ill} of ${node}${long}`);
      if (!Number.isFinite(lasts)) return;
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        this.#then(() => this.#mend(node));
      }, lasts * 1000);
      this.#timers.add(timer);
    });
  }

  async #mend(node: string): Promise<void> {
    const well = this.#ill.get(node);
    if (!well) return;
    await fault(this.#lab, node, well);
    this.#ill.delete(node);
  }

  /** Mends everything, and returns when that is so. */
  async heal(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    await this.#work;
    await Promise.all([...this.#ill.keys()].map((node) => this.#mend(node)));
  }
}
