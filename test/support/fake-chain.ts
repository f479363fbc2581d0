import { createHash } from 'node:crypto';
import type { RelayJob, RelayTask } from '../../src/adapters/chain/relay.ts';
import type { Line, Output, Shell, Talk } from '../../src/ports/shell.ts';
import type { Shells } from '../../src/ports/shells.ts';
import type { Host } from '../../src/spec/cluster.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const MOST_CORRUPT = 3;

/** A machine in memory: files by path, whether it has power, and who talks with the relay on it. */
interface Machine {
  readonly files: Map<string, string>;
  isDark: boolean;
  lose?: ((error: Error) => void) | undefined;
}

/** Machines in memory whose relays do what `images/node-helper` does, a chunk a turn. `tick` is called before each. */
export const fakeChain = (keys: readonly string[], local: ReadonlyMap<string, string>, tick: () => void) => {
  const machines = new Map(keys.map((key) => [key, { files: new Map<string, string>(), isDark: false }]));
  const relays = new Map<string, { readonly tell: (event: object) => void; tasks: readonly RelayTask[] }>();
  const machineOf = (key: string): Machine => {
    const found = machines.get(key);
    if (!found) throw new Error(`no machine ${key}`);
    return found;
  };
  const mustLive = (key: string) => {
    if (machineOf(key).isDark) throw new Error(`${key} is dark`);
  };

  /** Brings a task's blobs from one machine to the next; the chunks that came before a fault stay. */
  const feed = async (from: string, to: string, task: RelayTask, theirs: RelayTask): Promise<string> => {
    let corrupt = 0;
    for (const [n, blob] of theirs.blobs.entries()) {
      const { files } = machineOf(to);
      if (files.get(blob.path) !== undefined && sha256(files.get(blob.path) ?? '') === blob.chunks[0])
        continue;
      for (;;) {
        tick();
        await new Promise((resolve) => setImmediate(resolve));
        if (machineOf(from).isDark) return 'gone';
        if (machineOf(to).isDark || !relays.has(to)) return 'dark';
        const bytes = machineOf(from).files.get(task.blobs[n]?.path ?? '') ?? '';
        if (sha256(bytes) === blob.chunks[0]) {
          files.set(blob.path, bytes);
          break;
        }
        if (++corrupt > MOST_CORRUPT) return 'refused';
      }
    }
    return 'whole';
  };
  const run = async (key: string, task: RelayTask): Promise<void> => {
    for (const { fingerprint } of task.next) {
      const theirs = relays.get(fingerprint)?.tasks.find(({ id }) => id === task.id);
      const end = theirs ? await feed(key, fingerprint, task, theirs) : 'dark';
      if (end === 'gone') return;
      if (end === 'whole' && theirs) {
        relays.get(fingerprint)?.tell({ event: 'done', task: task.id });
        void run(fingerprint, theirs);
        return;
      }
      relays.get(key)?.tell({ event: 'bypass', task: task.id, peer: fingerprint, why: end });
    }
  };

  const talk = (key: string, hear: (line: string) => void): Talk => {
    const tell = (event: object) => hear(JSON.stringify(event));
    const relay = { tell, tasks: [] as readonly RelayTask[] };
    relays.set(key, relay);
    let close: (output: Output) => void = () => {};
    const ended = new Promise<Output>((resolve, reject) => {
      close = resolve;
      machineOf(key).lose = reject;
    });
    ended.catch(() => {});
    setImmediate(() => tell({ event: 'ready', address: key, fingerprint: key }));
    return {
      ended,
      end() {
        relays.delete(key);
        close({ stdout: '', stderr: '', code: 0 });
      },
      say(line) {
        if (line === 'go') {
          for (const task of relay.tasks.filter(({ from }) => from.length === 0)) void run(key, task);
          return;
        }
        relay.tasks = (JSON.parse(line) as RelayJob).tasks;
        for (const { id, from, blobs } of relay.tasks) {
          if (from.length > 0) continue;
          const isThere = blobs.every(({ path }) => machineOf(key).files.has(path));
          tell({ event: isThere ? 'done' : 'failed', task: id });
        }
        tell({ event: 'open' });
      },
    };
  };
  const done = { stdout: '', stderr: '', code: 0 };
  const shellOf = (key: string): Pick<Shell, 'ask' | 'run' | 'put' | 'talk'> => ({
    ask: async () => [
      { ...done, stdout: 'x86_64\n' },
      { ...done, stdout: 'helper  /there\n' },
    ],
    async run({ argv, stdin = '' }: Line) {
      mustLive(key);
      const { files } = machineOf(key);
      const [tool, , from = '', to = ''] = argv;
      if (tool === 'ln') files.set(to, files.get(from) ?? '');
      if (tool === 'xargs') for (const path of stdin.split('\0')) files.delete(path);
      return done;
    },
    async put({ to, from }) {
      tick();
      await new Promise((resolve) => setImmediate(resolve));
      mustLive(key);
      if ('local' in from && 'path' in from.local)
        machineOf(key).files.set(to, local.get(from.local.path) ?? '');
    },
    async talk(_line, hear) {
      mustLive(key);
      return talk(key, hear);
    },
  });
  const shells: Shells = {
    async open({ key }: Host) {
      mustLive(key);
      return shellOf(key) as Shell;
    },
    drop: async () => {},
    close: async () => {},
  };
  return {
    shells,
    machines,
    /** Cuts a machine's power. */
    kill(key: string) {
      const machine = machineOf(key);
      machine.isDark = true;
      relays.delete(key);
      machine.lose?.(new Error(`${key} was lost`));
    },
  };
};
