import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { batchesOf, type Content, tasksOf } from '../../../src/adapters/chain/batches.ts';
import { lineUp } from '../../../src/adapters/chain/order.ts';
import { type Relay, relayOver } from '../../../src/adapters/chain/relay.ts';
import { playRound, type Round } from '../../../src/adapters/chain/round.ts';
import { connectLocal } from '../../../src/adapters/local/local-shell.ts';
import type { Host } from '../../../src/spec/cluster.ts';
import { type Work, watchCpu } from '../cpu.ts';

/** What the driver is told. The first node is the head, which has everything in its folder. */
export interface DrivePlan {
  readonly nodes: readonly { readonly key: string; readonly argv: readonly string[] }[];
  /** A node's files go to its key under here. */
  readonly folder: string;
  /** Files and what they are made of. */
  readonly files: readonly (readonly [name: string, content: Content])[];
  /**
   * The key of a node to which something happens. The driver prints `half` when it has half of the bytes, nobody waits for
   * that; and `over` when the others have everything: a line on stdin says that it is back, and gets it the rest.
   */
  readonly victim?: string | undefined;
  /** The words that print the head's process id. */
  readonly headIs: readonly string[];
}

/** What the driver prints at the end. */
export interface Driven {
  /** Of measuring links, before the clock starts. */
  readonly measuringSeconds: number;
  /** From the start of sending until a node had everything, verified, synced and named; by key. */
  readonly seconds: Readonly<Record<string, number>>;
  /** While the clock ran. */
  readonly work: Work;
  /** The most memory of this process and of the head's relay together, in bytes. */
  readonly memory: number;
  /** What the victim told to have before anything happened to it, in bytes. */
  readonly told: number;
}

// `drive PLAN`: one round of a chain over local programs, with edgectl's own code.
const plan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as DrivePlan;
const LIVES_MS = 3_600_000;

const hostOf = (key: string): Host => ({
  key,
  address: key,
  duty: 'board',
  role: 'auto',
  labels: {},
  taints: [],
  local: true,
  ssh: { user: 'root', port: 22 },
});

type Relays = ReadonlyMap<string, Relay>;

const start = async ({ key, argv }: DrivePlan['nodes'][number]): Promise<readonly [string, Relay]> => {
  const shell = await connectLocal(hostOf(key), { secrets: { sudoPassword: async () => undefined } });
  return [key, await relayOver((hear) => shell.talk({ argv, root: false, withinMs: LIVES_MS }, hear), key)];
};

const startAll = async (keys: readonly string[]): Promise<Relays> =>
  new Map(await Promise.all(plan.nodes.filter(({ key }) => keys.includes(key)).map(start)));

const stopAll = async (relays: Relays): Promise<void> => {
  for (const { talk } of relays.values()) talk.end();
  await Promise.allSettled([...relays.values()].map(({ talk }) => talk.ended));
};

/** The most memory that a process had, in bytes. What getrusage says may be its parent's, from before exec. */
const mostOf = (pid: string): number =>
  Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;

const since = (began: number): number => (performance.now() - began) / 1000;

const [head = '', ...others] = plan.nodes.map(({ key }) => key);
const contents = new Map(plan.files);
const bytes = plan.files.reduce((sum, [, { size }]) => sum + size, 0);
const transferTo = (key: string) => ({
  host: hostOf(key),
  into: plan.folder,
  blobs: plan.files.map(([name]) => ({ digest: name, name })),
  progress: () => {},
});

/** Sends everything along hosts in their order; `go` hears when the head is let go. */
const send = async (
  lined: Parameters<typeof batchesOf>[0],
  relays: Relays,
  hear: Pick<Round, 'progress' | 'done'> & { readonly go: () => void },
): Promise<void> => {
  const peers = new Map([...relays].map(([key, { peer }]) => [key, peer]));
  const tasks = tasksOf(batchesOf(lined), { key: head, folder: (into) => into }, peers, contents);
  const timed = ([key, relay]: readonly [string, Relay]) => {
    const go = () => {
      if (key === head) hear.go();
      relay.go();
    };
    return [key, { ...relay, go }] as const;
  };
  // All nodes share one file system here, so each has a folder of its own.
  const apart = [...tasks].map(([key, own]) => {
    const pathOf = (path: string) => join(plan.folder, key, basename(path));
    const blobsOf = (blobs: (typeof own)[number]['blobs']) =>
      blobs.map((blob) => ({ ...blob, path: pathOf(blob.path) }));
    return [key, own.map((task) => ({ ...task, blobs: blobsOf(task.blobs) }))] as const;
  });
  await playRound({ relays: new Map([...relays].map(timed)), tasks: new Map(apart), rate: 0, ...hear });
};

const relays = await startAll(plan.nodes.map(({ key }) => key));
let began = performance.now();
const lined = await lineUp(others.map(transferTo), contents, relays, head);
const measuringSeconds = since(began);
const seconds: Record<string, number> = {};
let worked = watchCpu();
let told = 0;
await send(lined, relays, {
  go() {
    began = performance.now();
    worked = watchCpu();
  },
  progress(key, _task, come) {
    if (key !== plan.victim) return;
    if (told < bytes / 2 && come >= bytes / 2) process.stdout.write('half\n');
    told = come;
  },
  done(key) {
    if (key !== head) seconds[key] = since(began);
  },
});
const work = worked();
const [file = '', ...words] = plan.headIs;
const memory = mostOf('self') + mostOf(execFileSync(file, words, { encoding: 'utf8' }).trim());
await stopAll(relays);

if (plan.victim !== undefined) {
  const key = plan.victim;
  process.stdout.write('over\n');
  await once(process.stdin, 'data');
  process.stdin.destroy();
  const again = await startAll([head, key]);
  await send([transferTo(key)], again, {
    go: () => {},
    progress: () => {},
    done(host) {
      if (host === key) seconds[key] = since(began);
    },
  });
  await stopAll(again);
}
const driven: Driven = { measuringSeconds, seconds, work, memory, told };
process.stdout.write(`${JSON.stringify(driven)}\n`);
