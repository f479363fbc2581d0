import type { Random } from './random.ts';

/** A file: what it holds, its mode as `stat` prints it, and what tells that it was touched. */
export interface Entry {
  readonly content: string;
  readonly mode: string;
  readonly inode: number;
  readonly touched: number;
}

/** The file systems of a machine: k3s's data have their own, `/run` is in memory. */
export type FileSystem = 'root' | 'data' | 'memory';

/** Which file system a path is on. */
export const systemOf = (path: string): FileSystem => {
  if (path.startsWith('/run/')) return 'memory';
  return path.startsWith('/var/lib/rancher/') ? 'data' : 'root';
};

/** What a write to a full file system fails with. */
export class DiskFull extends Error {
  constructor(path: string) {
    super(`sh: cannot create ${path}: No space left on device`);
  }
}

/** A journal is committed this often, and then all before it lasts; written pages may wait longer than that. */
const COMMIT_MS = 5000;
const WRITEBACK_MS = 30_000;

interface Step {
  readonly at: number;
  readonly path: string;
  readonly before: Entry | undefined;
}

/**
 * Files by path, on journalling file systems as ext4 is one: after the power was cut, the last moments are missing, in
 * order, up to some point behind the last sync; and a file whose name has lasted may be empty where nobody synced it.
 */
export class Disk {
  readonly files = new Map<string, Entry>();
  readonly full = new Set<FileSystem>();
  readonly #clock: () => number;
  #counter = 1;
  #steps: Step[] = [];
  /** When files were written that nobody has synced. */
  readonly #unsynced = new Map<string, number>();

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  read(path: string): string | undefined {
    return this.files.get(path)?.content;
  }

  has(path: string): boolean {
    return this.files.has(path);
  }

  #set(path: string, entry: Entry | undefined): void {
    if (systemOf(path) !== 'memory')
      this.#steps.push({ at: this.#clock(), path, before: this.files.get(path) });
    if (entry) this.files.set(path, entry);
    else this.files.delete(path);
  }

  write(path: string, content: string, mode = '644'): void {
    if (this.full.has(systemOf(path))) throw new DiskFull(path);
    this.#set(path, { content, mode, inode: this.#counter++, touched: this.#counter++ });
    if (systemOf(path) !== 'memory') this.#unsynced.set(path, this.#clock());
  }

  /** A link holds no content that could be missing. */
  link(path: string, to: string): void {
    this.write(path, `-> ${to}`, '777');
    this.#unsynced.delete(path);
  }

  /** Makes a file that is to be empty, where there is none. */
  touch(path: string): void {
    if (!this.has(path)) this.link(path, '');
  }

  chmod(path: string, mode: string): void {
    const entry = this.files.get(path);
    if (entry) this.#set(path, { ...entry, mode, touched: this.#counter++ });
  }

  remove(path: string): void {
    if (this.files.has(path)) this.#set(path, undefined);
    this.#unsynced.delete(path);
  }

  /** A rename; one that replaces a file has its content written out first, as ext4 does it. */
  move(from: string, to: string): void {
    const entry = this.files.get(from);
    if (!entry) throw new Error(`mv: cannot stat '${from}': No such file or directory`);
    const written = this.#unsynced.get(from);
    const replaces = this.files.has(to);
    this.#set(from, undefined);
    this.#set(to, { ...entry, touched: this.#counter++ });
    this.#unsynced.delete(from);
    if (written !== undefined && !replaces) this.#unsynced.set(to, written);
    else this.#unsynced.delete(to);
  }

  /** Has one file's content last, and with it all that was done before. */
  sync(path: string): void {
    this.#unsynced.delete(path);
    const system = systemOf(path);
    this.#steps = this.#steps.filter((step) => systemOf(step.path) !== system);
  }

  /** Has everything last that was done on the file system of a folder. */
  syncAround(folder: string): void {
    const system = systemOf(folder);
    this.#steps = this.#steps.filter((step) => systemOf(step.path) !== system);
    for (const path of [...this.#unsynced.keys()]) if (systemOf(path) === system) this.#unsynced.delete(path);
  }

  below(folder: string): readonly string[] {
    return [...this.files.keys()].filter((path) => path.startsWith(folder)).sort();
  }

  /** Everything is written out, as before a machine is switched off in good order. */
  settle(): void {
    this.#steps = [];
    this.#unsynced.clear();
  }

  /** The power is cut. */
  cut(random: Random): void {
    const now = this.#clock();
    const young = this.#steps.filter(({ at }) => now - at < COMMIT_MS);
    const lost = young.slice(random.below(young.length + 1));
    for (const { path, before } of lost.reverse()) {
      if (before) this.files.set(path, before);
      else this.files.delete(path);
      this.#unsynced.delete(path);
    }
    for (const [path, written] of this.#unsynced) {
      const entry = this.files.get(path);
      if (entry && now - written < WRITEBACK_MS && random.chance(0.5))
        this.files.set(path, { ...entry, content: '', touched: this.#counter++ });
    }
    for (const path of this.below('/run/')) this.files.delete(path);
    this.settle();
  }

  /** The machine was switched off in good order. */
  halt(): void {
    for (const path of this.below('/run/')) this.files.delete(path);
    this.settle();
  }
}
