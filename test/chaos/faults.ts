import type { FileSystem } from './model/disk.ts';
import type { Weather } from './model/edgectl.ts';
import { type Machine, switchOff, switchOn } from './model/machine.ts';
import { linkOf, type Site } from './model/site.ts';

/** What can happen. `stop` is Ctrl-C; `corrupt` damages what is sent next; `clock` sets a board's clock wrong. */
export const FAULTS = [
  'kill',
  'stop',
  'power',
  'reboot',
  'cable',
  'link',
  'full',
  'corrupt',
  'sshd',
  'clock',
] as const;

/** What one is called. */
export type FaultKind = (typeof FAULTS)[number];

/**
 * A fault that is to strike in a run of edgectl when so much has been done on machines; when the run ends before, it comes in
 * the next. `lasts` in ms; one that lasts for ever is mended when all is.
 */
export interface Fault {
  readonly at: number;
  readonly kind: FaultKind;
  readonly lasts: number;
}

const YEAR_MS = 31_536_000_000;
const BOOT_MS = 15_000;
const SSHD_MS = 1500;

/** What the faults of a walk do to a site and to the run that is at work. */
export class Storm implements Weather {
  readonly #site: Site;
  #due: Fault[] = [];
  #total = 0;
  #done = 0;
  #spoilt = 0;
  /** What struck, for people. */
  readonly struck: string[] = [];
  kill: () => void = () => {};
  stop: () => void = () => {};

  constructor(site: Site) {
    this.#site = site;
  }

  /** How many things have been done on machines so far. */
  get done(): number {
    return this.#total;
  }

  /** A run of edgectl begins, in which these are to strike. */
  begin(faults: readonly Fault[]): void {
    this.#done = 0;
    this.#due = [...this.#due, ...faults].sort((a, b) => a.at - b.at);
  }

  /** From now on nothing happens any more, and everything is mended. */
  heal(): void {
    const { machines, cut, timeline } = this.#site;
    this.#due = [];
    this.#spoilt = 0;
    cut.clear();
    for (const machine of machines) {
      machine.isPlugged = true;
      machine.disk.full.clear();
      switchOn(machine, timeline.now);
    }
  }

  spoils(): boolean {
    if (this.#spoilt === 0) return false;
    this.#spoilt--;
    return true;
  }

  strike(at: Machine): 'torn' | undefined {
    this.#done++;
    this.#total++;
    let verdict: 'torn' | undefined;
    while ((this.#due[0]?.at ?? Number.POSITIVE_INFINITY) <= this.#done) {
      const fault = this.#due.shift();
      if (fault && this.#inject(fault, at) === 'torn') verdict = 'torn';
    }
    return verdict;
  }

  #inject({ kind, lasts }: Fault, at: Machine): 'torn' | undefined {
    const site = this.#site;
    const { random, timeline } = site;
    const others = site.machines.filter(({ host }) => host.duty !== 'operator');
    const machine = at.host.duty !== 'operator' && random.chance(0.6) ? at : random.pick(others);
    const later = (act: () => void) => {
      if (Number.isFinite(lasts)) timeline.after(lasts, act);
    };
    const note = (what: string) =>
      this.struck.push(
        `action ${this.#total}: ${what}${Number.isFinite(lasts) ? ` for ${Math.round(lasts / 1000)} s` : ''}`,
      );
    const off = (inOrder: boolean, back: number) => {
      const isHere = machine === at && !inOrder && random.chance(0.7);
      if (!isHere) switchOff(machine, inOrder ? undefined : random);
      if (Number.isFinite(back)) timeline.after(back, () => switchOn(machine, timeline.now));
      return isHere ? ('torn' as const) : undefined;
    };
    const { key } = machine.host;
    switch (kind) {
      case 'kill':
        note('kill edgectl');
        this.kill();
        return undefined;
      case 'stop':
        note('stop edgectl');
        this.stop();
        return undefined;
      case 'power':
        note(`power of ${key}`);
        return off(false, lasts);
      case 'reboot':
        note(`reboot of ${key}`);
        return off(true, BOOT_MS);
      case 'cable':
        note(`cable of ${key}`);
        machine.isPlugged = false;
        later(() => {
          machine.isPlugged = true;
        });
        return undefined;
      case 'link': {
        const link = linkOf(machine, random.pick(others.filter((one) => one !== machine)));
        note(`link ${link}`);
        site.cut.add(link);
        later(() => site.cut.delete(link));
        return undefined;
      }
      case 'full': {
        const system = random.pick<FileSystem>(['root', 'data']);
        note(`disk ${system} of ${key}`);
        machine.disk.full.add(system);
        later(() => machine.disk.full.delete(system));
        return undefined;
      }
      case 'corrupt':
        note('content damaged in flight');
        this.#spoilt = 1 + random.below(5);
        return undefined;
      case 'sshd':
        note(`sshd of ${key}`);
        machine.connections++;
        machine.sshdBack = timeline.now + SSHD_MS;
        return undefined;
      case 'clock':
        note(`clock of ${key}`);
        if (machine.host.duty === 'board') machine.skew += Math.round((random.next() - 0.5) * 20 * YEAR_MS);
        return undefined;
    }
  }
}
