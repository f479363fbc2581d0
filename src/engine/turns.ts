/** How far a host has come: the index of the step it is at, and whether it still walks. */
export interface Progress {
  step: number;
  state: 'walking' | 'done' | 'failed';
}

/**
 * Where hosts that walk a playbook by themselves wait for each other: one condition variable over everybody's
 * progress. Lives as long as one run.
 */
export class Turns {
  readonly #progress: ReadonlyMap<string, Progress>;
  #wake: (() => void)[] = [];

  constructor(keys: readonly string[]) {
    this.#progress = new Map(keys.map((key) => [key, { step: -1, state: 'walking' }]));
  }

  /** The progress of a host; undefined for one that does not walk (it is silent). */
  of(key: string): Readonly<Progress> | undefined {
    return this.#progress.get(key);
  }

  /** Says how far a host has come, or that something else changed that others may wait for. */
  moved(key?: string, to: Partial<Progress> = {}): void {
    const mine = key === undefined ? undefined : this.#progress.get(key);
    if (mine) Object.assign(mine, to);
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }

  /** Whether a host has passed a step, or will never: it has ended, or does not walk. */
  past(key: string, step: number): boolean {
    const its = this.#progress.get(key);
    return its === undefined || its.state !== 'walking' || its.step > step;
  }

  /** Whether every host has come to a step or has ended. */
  allAt(step: number): boolean {
    return [...this.#progress.keys()].every((key) => this.past(key, step - 1));
  }

  /** Whether so many of these hosts have come to a step, or as many as will: the others have ended before it. */
  someAt(step: number, keys: readonly string[], least: number): boolean {
    const isThere = (key: string): boolean => {
      const its = this.#progress.get(key);
      return its?.state === 'done' || (its?.state === 'walking' && its.step >= step);
    };
    return keys.filter(isThere).length >= least || keys.every((key) => this.past(key, step - 1));
  }

  /** Waits until `ready` holds; it is tried again whenever anybody moves, and may throw to give up. */
  async until(ready: () => boolean): Promise<void> {
    while (!ready()) await new Promise<void>((wake) => this.#wake.push(wake));
  }
}
