import { setTimeout as wait } from 'node:timers/promises';
import { execa } from 'execa';
import type { Network } from '../network.ts';

/** Where a peer brings a file from the head, which is node 0, to all other nodes. */
export interface PeerSite {
  readonly network: Network;
  readonly nodes: readonly number[];
  /** For whatever it needs. */
  readonly folder: string;
  /** The file on the head. */
  readonly payload: string;
  /** Where a node is to have it. */
  readonly copyOn: (node: number) => string;
}

/** Another way to bring a file to many nodes, as people do it. */
export interface Peer {
  readonly name: string;
  /** Programs that it needs, and the Debian packages that have them. */
  readonly needs: readonly (readonly [program: string, debian: string])[];
  /** Installs what Debian does not have. */
  readonly install?: () => Promise<unknown>;
  /** Starts what stands ready on a real node, too; what it gives sends, until all nodes have the file. What it started is killed afterwards. */
  readonly prepare: (site: PeerSite) => Promise<() => Promise<unknown>>;
}

/** Runs a program on a node to its end. */
export const runOn = (
  { network }: PeerSite,
  node: number,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
) => {
  const [file = '', ...rest] = [...network.on(node), ...words];
  return execa(file, rest, { stdin: 'ignore', env });
};

/** Starts a program on a node that stays until it is killed with all else there. */
export const startOn = (site: PeerSite, node: number, words: readonly string[]): void => {
  runOn(site, node, words).catch(() => {});
};

const LISTENS_MS = 10_000;
const LOOK_MS = 20;

/** Waits until something listens on a TCP port of a node. */
export const listening = async (site: PeerSite, node: number, port: number): Promise<void> => {
  const deadline = Date.now() + LISTENS_MS;
  for (;;) {
    const { stdout } = await runOn(site, node, ['ss', '-Hltn', `sport = :${port}`]);
    if (stdout !== '') return;
    if (Date.now() > deadline) throw new Error(`nothing listens on port ${port} of node ${node}`);
    await wait(LOOK_MS);
  }
};
