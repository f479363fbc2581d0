import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { batchesOf, type Content, tasksOf } from '../../../src/adapters/chain/batches.ts';
import { lineUp } from '../../../src/adapters/chain/order.ts';
import { type Relay, relayOver } from '../../../src/adapters/chain/relay.ts';
import { playRound } from '../../../src/adapters/chain/round.ts';
import { connectLocal } from '../../../src/adapters/local/local-shell.ts';
import type { Host } from '../../../src/spec/cluster.ts';

/** What the driver is told. The first node is the head, which has everything in its folder. */
export interface DrivePlan {
  readonly nodes: readonly { readonly key: string; readonly argv: readonly string[] }[];
  /** A node's files go to its key under here. */
  readonly folder: string;
  /** Files and what they are made of. */
  readonly files: readonly (readonly [name: string, content: Content])[];
  /** Prints the key of this node when it has half of the bytes; nobody waits for it. */
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
  /** The most memory of this process and of the head's relay together, in bytes. */
  readonly memory: number;
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

const start = async ({ key, argv }: DrivePlan['nodes'][number]): Promise<readonly [string, Relay]> => {
  const shell = await connectLocal(hostOf(key), { secrets: { sudoPassword: async () => undefined } });
  return [key, await relayOver((hear) => shell.talk({ argv, root: false, withinMs: LIVES_MS }, hear), key)];
};

const since = (began: number): number => (performance.now() - began) / 1000;

const relays = new Map(await Promise.all(plan.nodes.map(start)));
const [head = '', ...others] = plan.nodes.map(({ key }) => key);
const contents = new Map(plan.files);
const bytes = plan.files.reduce((sum, [, { size }]) => sum + size, 0);
const blobs = plan.files.map(([name]) => ({ digest: name, name }));
const transfers = others.map((key) => ({
  host: hostOf(key),
  into: plan.folder,
  blobs,
  progress: () => {},
}));

let began = performance.now();
const lined = await lineUp(transfers, contents, relays, head);
const measuringSeconds = since(began);
const peers = new Map([...relays].map(([key, { peer }]) => [key, peer]));
const tasks = tasksOf(batchesOf(lined), { key: head, folder: (into) => into }, peers, contents);
const seconds: Record<string, number> = {};
let isHalf = false;
await playRound({
  relays: new Map(
    [...relays].map(([key, relay]) => {
      const go = () => {
        if (key === head) began = performance.now();
        relay.go();
      };
      return [key, { ...relay, go }];
    }),
  ),
  // All nodes share one file system here, so each has a folder of its own.
  tasks: new Map(
    [...tasks].map(([key, own]) => [
      key,
      own.map((task) => ({
        ...task,
        blobs: task.blobs.map((blob) => ({ ...blob, path: join(plan.folder, key, basename(blob.path)) })),
      })),
    ]),
  ),
  rate: 0,
  progress(key, _task, come) {
    if (key !== plan.victim || isHalf || come < bytes / 2) return;
    isHalf = true;
    process.stdout.write(`${key}\n`);
  },
  done(key) {
    if (key !== head) seconds[key] = since(began);
  },
});
const own = process.resourceUsage().maxRSS * 1024;
const [file = '', ...words] = plan.headIs;
const pid = execFileSync(file, words, { encoding: 'utf8' }).trim();
const most = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
for (const { talk } of relays.values()) talk.end();
await Promise.allSettled([...relays.values()].map(({ talk }) => talk.ended));
const driven: Driven = { measuringSeconds, seconds, memory: own + Number(most) * 1024 };
process.stdout.write(`${JSON.stringify(driven)}\n`);
