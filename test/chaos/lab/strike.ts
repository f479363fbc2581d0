import { execOn, fault } from '../../lab/lab.ts';
import { LabProblem } from '../../lab/lab-problem.ts';
import { layout } from '../../lab/layout.ts';
import { containersOf } from '../../lab/podman.ts';
import { until } from '../../lab/progress.ts';
import type { LabFault } from './draw.ts';
import { halvesUnderWay, spoil } from './spoil.ts';

const BOOT = ['cat', '/proc/sys/kernel/random/boot_id'] as const;
const RESTART = 'systemctl kill --signal=KILL ssh; systemctl reset-failed ssh; systemctl restart ssh';

const LEVERS = {
  power: ['power-off', 'power-on'],
  cable: ['link-down', 'link-up'],
  full: ['disk-full', 'disk-free'],
} as const;

/** A run of edgectl that faults strike. */
export interface Struck {
  readonly kill: () => void;
  readonly isOver: () => boolean;
}

/** Strikes a node of a lab, and heals it when that is due. Lives as long as one walk. */
export class LabStorm {
  readonly #lab: string;
  readonly #nodes: readonly string[];
  readonly #ill = new Map<string, 'power-on' | 'link-up' | 'disk-free'>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #work: Promise<unknown> = Promise.resolve();
  #count = 0;
  /** What struck, by verb. */
  readonly struck: { readonly verb: string; readonly what: string }[] = [];
  /** What met nothing, and is to strike later. */
  readonly missed: LabFault[] = [];

  constructor(lab: string, nodes: readonly string[]) {
    this.#lab = lab;
    this.#nodes = nodes;
  }

  /** How many of the drawn faults have struck. */
  get count(): number {
    return this.#count;
  }

  // One lever at a time: a node without power has no cable to pull.
  #then(act: () => Promise<unknown>, failed: () => void = () => {}): void {
    this.#work = this.#work.then(act).catch(failed);
  }

  // A node has one illness at a time: the next one that is well takes what was drawn for one that is not.
  #wellFrom(node: string): string | undefined {
    const from = Math.max(0, this.#nodes.indexOf(node));
    return [...this.#nodes.slice(from), ...this.#nodes.slice(0, from)].find((one) => !this.#ill.has(one));
  }

  #note(verb: string, what: string): void {
    this.#count++;
    this.struck.push({ verb, what });
  }

  /** edgectl is killed because it waits for something that is gone; nobody drew that. */
  gaveUp(verb: string, seconds: number): void {
    this.struck.push({ verb, what: `(kill after ${seconds} s)` });
  }

  /** Strikes now. What is corrupted is what is on its way: `hunt` does that. */
  strike(drawn: LabFault, verb: string, run: Struck): void {
    const { kind, lasts } = drawn;
    if (kind === 'kill') {
      this.#note(verb, 'kill');
      run.kill();
      return;
    }
    const later = () => {
      this.missed.push(drawn);
    };
    this.#then(async () => {
      const node = this.#wellFrom(drawn.node);
      if (node === undefined || kind === 'corrupt') return later();
      if (kind === 'reboot' || kind === 'clock') return (await this.#shake(drawn, verb)) || later();
      if (kind === 'sshd') {
        const { exitCode } = await execOn(this.#lab, node, ['sh', '-c', RESTART]);
        return exitCode === 0 ? this.#note(verb, `sshd ${node}`) : later();
      }
      const [ill, well] = LEVERS[kind];
      this.#ill.set(node, well);
      await fault(this.#lab, node, ill);
      this.#note(verb, `${kind} ${node} ${Number.isFinite(lasts) ? `${lasts} s` : 'until healed'}`);
      if (!Number.isFinite(lasts)) return;
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        this.#then(() => this.#mend(node));
      }, lasts * 1000);
      this.#timers.add(timer);
    }, later);
  }

  /** What only an emulated board can have, which edgectl itself has to heal: gives whether it struck. */
  async #shake({ kind, node, skew = 0 }: LabFault, verb: string): Promise<boolean> {
    if (this.#ill.has(node)) return false;
    if (kind === 'clock') {
      const set = ['date', '--set', `@${Math.round(Date.now() / 1000) + skew}`];
      if ((await execOn(this.#lab, node, set)).exitCode !== 0) return false;
      this.#note(verb, `clock ${node} ${skew > 0 ? '+' : '-'}${Math.abs(skew) / 3600} h`);
      return true;
    }
    const before = await execOn(this.#lab, node, BOOT);
    if (before.exitCode !== 0) return false;
    await execOn(this.#lab, node, ['systemctl', 'reboot']);
    this.#note(verb, `reboot ${node}`);
    const back = await until(300, async () => {
      const now = await execOn(this.#lab, node, BOOT);
      return (now.exitCode === 0 && now.stdout !== before.stdout) || undefined;
    });
    if (!back) throw new LabProblem(`${node} does not come back from a reboot`);
    return true;
  }

  // The node that was drawn first; a node without power has no folder.
  async #roots(first: string): Promise<ReadonlyMap<string, string>> {
    const { label, container } = layout(this.#lab);
    const pids = new Map(
      (await containersOf(label)).map(({ name, running, pid }) => [name, running ? pid : 0]),
    );
    const order = [first, ...this.#nodes.filter((node) => node !== first)];
    return new Map(
      order.flatMap((node) => {
        const pid = pids.get(container(node));
        return pid ? [[node, `/proc/${pid}/root`] as const] : [];
      }),
    );
  }

  /**
   * Waits until a file is on its way to a node, kills edgectl there, and spoils what has come of it: gives whether that met a
   * file before the run was over.
   */
  async hunt({ node }: LabFault, verb: string, run: Struck): Promise<boolean> {
    const roots = await this.#roots(node);
    for (let tries = 0; !run.isOver(); tries++) {
      const half = await halvesUnderWay(tries % 100 === 99 ? await this.#roots(node) : roots);
      if (half) {
        run.kill();
        const size = await spoil(half);
        if (size === undefined) {
          this.struck.push({ verb, what: '(kill in a transfer)' });
          return false;
        }
        this.#note(verb, `corrupt ${half.node} (a byte of ${Math.round(size / 1000)} kB on their way)`);
        return true;
      }
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
    return false;
  }

  async #mend(node: string): Promise<void> {
    const well = this.#ill.get(node);
    if (!well) return;
    await fault(this.#lab, node, well);
    this.#ill.delete(node);
  }

  /** Waits for what strikes just now. */
  async settle(): Promise<void> {
    await this.#work;
  }

  /** Mends everything, and returns when that is so. */
  async heal(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    await this.#work;
    await Promise.all([...this.#ill.keys()].map((node) => this.#mend(node)));
  }
}
