import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Peer, RelayEvent, RelayTask } from '../../../src/adapters/chain/relay.ts';
import type { Network } from './network.ts';

/** A relay of the bench: the real program in its own namespace. */
interface Node {
  readonly peer: Peer;
  readonly folder: string;
  readonly pid: number;
  readonly work: (task: RelayTask, hear: (event: RelayEvent) => void) => void;
  readonly go: () => void;
  readonly end: () => Promise<void>;
}

/** What is sent: names and what they are made of. */
export interface Payload {
  readonly bytes: number;
  readonly blobs: readonly {
    readonly name: string;
    readonly size: number;
    readonly chunks: readonly string[];
  }[];
}

const startNode = async (network: Network, node: number, program: string, folder: string): Promise<Node> => {
  mkdirSync(folder, { recursive: true });
  const [file = '', ...words] = [...network.on(node), program, 'relay', network.addressOf(node)];
  const child = spawn(file, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  let hear: (event: RelayEvent) => void = () => {};
  const peer = await new Promise<Peer>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = JSON.parse(line);
      if (event.event === 'ready') resolve(event);
      else hear(event);
    });
  });
  child.stdin.on('error', () => {});
  return {
    peer,
    folder,
    pid: child.pid ?? 0,
    work(task, listen) {
      hear = listen;
      child.stdin.write(`${JSON.stringify({ tasks: [task], rate: 0 })}\n`);
    },
    go: () => void child.stdin.write('go\n'),
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.stdin.end();
      await once(child, 'exit');
    },
  };
};

/** How a chain went: seconds from the jobs to the last node that got everything, verified, synced and named. */
export interface Went {
  readonly seconds: number;
  /** The nodes that got everything. */
  readonly whole: number;
}

/**
 * Sends a payload, which lies in the folder of node 0, along a chain. `onHalf` is called when the victim has half of it;
 * the victim is not waited for.
 */
export const sendAlong = async (of: {
  readonly network: Network;
  readonly nodes: number;
  readonly program: string;
  readonly folder: string;
  readonly payload: Payload;
  readonly victim?: number;
  readonly onHalf?: (pid: number) => void;
}): Promise<Went> => {
  const { network, nodes, program, payload, victim } = of;
  const all = await Promise.all(
    Array.from({ length: nodes + 1 }, (_, node) =>
      startNode(network, node, program, join(of.folder, String(node))),
    ),
  );
  const peers = all.map(({ peer }) => peer);
  let began = performance.now();
  let last = began;
  let opened = 0;
  // The clock starts with the head's first dial, as everybody has opened its files.
  const isOpen = () => {
    if (++opened < all.length) return;
    began = performance.now();
    for (const node of all) node.go();
  };
  let whole = 0;
  let isHalf = false;
  await Promise.all(
    all.map(
      (node, place) =>
        new Promise<void>((resolve) => {
          const blobs = payload.blobs.map(({ name, ...content }) => ({
            path: join(node.folder, name),
            ...content,
          }));
          const task = {
            id: 1,
            blobs,
            next: peers.slice(place + 1),
            from: peers.slice(0, place).map(({ fingerprint }) => fingerprint),
          };
          if (place === victim) resolve();
          node.work(task, (event) => {
            if (event.event === 'open') isOpen();
            if (
              place === victim &&
              !isHalf &&
              event.event === 'progress' &&
              event.done >= payload.bytes / 2
            ) {
              isHalf = true;
              of.onHalf?.(node.pid);
            }
            if (event.event !== 'done') return;
            if (place > 0) {
              whole++;
              last = performance.now();
            }
            resolve();
          });
        }),
    ),
  );
  await Promise.all(all.map((node) => node.end()));
  return { seconds: (last - began) / 1000, whole };
};
