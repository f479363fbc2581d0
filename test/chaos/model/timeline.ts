interface Appointment {
  readonly at: number;
  readonly seq: number;
  readonly act: () => void;
}

const isBefore = (one: Appointment, other: Appointment): boolean =>
  one.at < other.at || (one.at === other.at && one.seq < other.seq);

/** Thrown when nothing will ever happen again though somebody waits: a deadlock of the product. */
export class Stalled extends Error {}

/** Time that passes only as fast as things happen: a heap of what is to happen when. Lives as long as one walk. */
export class Timeline {
  /** Milliseconds since 1970. */
  now: number;
  #seq = 0;
  readonly #heap: Appointment[] = [];

  constructor(start: number) {
    this.now = start;
  }

  after(ms: number, act: () => void): void {
    const heap = this.#heap;
    const one = { at: this.now + ms, seq: this.#seq++, act };
    let index = heap.push(one) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Appointment;
      if (!isBefore(one, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = one;
  }

  #pop(): Appointment | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const child =
        right < heap.length && isBefore(heap[right] as Appointment, heap[left] as Appointment) ? right : left;
      const below = heap[child] as Appointment;
      if (!isBefore(below, last)) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = last;
    return first;
  }

  /** Lets things happen one by one until a promise has settled, and gives what it gave. `limit` is in ms of this time. */
  async until<T>(work: Promise<T>, limit: number): Promise<T> {
    let hasEnded = false;
    const end = () => {
      hasEnded = true;
    };
    work.then(end, end);
    const deadline = this.now + limit;
    for (;;) {
      // Everything that follows from what just happened comes before the next thing: a tick begins when no promise has more to do.
      await new Promise<void>((resolve) => process.nextTick(resolve));
      if (hasEnded) return work;
      const next = this.#pop();
      if (!next) throw new Stalled('somebody waits for what nobody will do');
      if (next.at > deadline) throw new Stalled(`not done within ${limit / 60_000} min`);
      this.now = next.at;
      next.act();
    }
  }

  /** Lets so much time pass. */
  pass(ms: number): Promise<void> {
    return this.until(new Promise<void>((resolve) => this.after(ms, resolve)), ms + 1);
  }
}
