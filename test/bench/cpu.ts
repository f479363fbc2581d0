import { readFileSync } from 'node:fs';

/** What the cores of this machine did in a while. */
export interface Work {
  /** How many of them were busy on average, whoever kept them so. */
  readonly cores: number;
  /** The share of all cores' time that the machine's own host took away, in percent. */
  readonly stolen: number;
}

// user nice system idle iowait irq softirq steal; guests count as users (man 5 proc_stat).
const STATES = 8;

const ticks = () => {
  const lines = readFileSync('/proc/stat', 'utf8').split('\n');
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = (
    lines[0] ?? ''
  )
    .split(/\s+/)
    .slice(1, 1 + STATES)
    .map(Number);
  const busy = user + nice + system + irq + softirq;
  return {
    busy,
    steal,
    all: busy + idle + iowait + steal,
    cores: lines.filter((line) => /^cpu\d/.test(line)).length,
  };
};

/** Watches the cores from now until the answer is asked for. */
export const watchCpu = (): (() => Work) => {
  const before = ticks();
  return () => {
    const after = ticks();
    const all = after.all - before.all;
    return {
      cores: ((after.busy - before.busy) / all) * after.cores,
      stolen: ((after.steal - before.steal) / all) * 100,
    };
  };
};
