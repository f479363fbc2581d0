import { existsSync } from 'node:fs';
import { execa } from 'execa';

/** Nodes in network namespaces on one bridge, every link limited in both directions. Node 0 is the head. */
export interface Network {
  readonly addressOf: (node: number) => string;
  /** The words that run a program on a node. */
  readonly on: (node: number) => readonly string[];
  /** The words that print the process ids on a node. */
  readonly pidsOf: (node: number) => readonly string[];
  /** Kills what runs on a node. */
  readonly kill: (node: number) => Promise<void>;
  /** Takes a node's cable out, or puts it back. */
  readonly cable: (node: number, is: 'in' | 'out') => Promise<void>;
  /** How many bytes came to a node over its link so far. */
  readonly received: (node: number) => Promise<number>;
  readonly close: () => Promise<void>;
}

const ip = (...words: readonly string[]) => execa('ip', words);

/** Links in Mbit/s, one of which may be slower; `burst` is tbf's bucket, such as `128kb`. */
export interface Links {
  readonly nodes: number;
  readonly mbit: number;
  readonly burst: string;
  readonly slow?: { readonly node: number; readonly mbit: number };
}

/** Removes what benches that were killed have left: their process is in the name. */
const sweep = async (): Promise<void> => {
  const { stdout } = await ip('netns', 'list');
  for (const [space, pid] of stdout.matchAll(/^ectlb(\d+)-\w+/gm))
    if (!existsSync(`/proc/${pid}`)) await ip('netns', 'del', space);
};

/** Makes the network. */
export const openNetwork = async ({ nodes, mbit, burst, slow }: Links): Promise<Network> => {
  await sweep();
  const prefix = `ectlb${process.pid}-`;
  const hub = `${prefix}hub`;
  const all = Array.from({ length: nodes + 1 }, (_, node) => node);
  const spaceOf = (node: number) => `${prefix}${node}`;
  const addressOf = (node: number) => `10.77.0.${node + 1}`;
  const limit = (space: string, link: string, node: number) =>
    execa('tc', [
      '-n',
      space,
      'qdisc',
      'add',
      'dev',
      link,
      'root',
      'tbf',
      'rate',
      `${node === slow?.node ? slow.mbit : mbit}mbit`,
      'burst',
      burst,
      'latency',
      '50ms',
    ]);
  const close = async () => {
    await Promise.all(
      [hub, ...all.map(spaceOf)].map((space) => execa('ip', ['netns', 'del', space], { reject: false })),
    );
  };
  try {
    await ip('netns', 'add', hub);
    await ip('-n', hub, 'link', 'add', 'br0', 'type', 'bridge');
    await ip('-n', hub, 'link', 'set', 'br0', 'up');
    // A switch does not filter. Where a lab has loaded br_netfilter, this one would look at every packet.
    const unfiltered = ['iptables', 'ip6tables', 'arptables'].map(
      (by) => `net.bridge.bridge-nf-call-${by}=0`,
    );
    await ip('netns', 'exec', hub, 'sysctl', '--quiet', '--ignore', ...unfiltered);
    for (const node of all) {
      const space = spaceOf(node);
      await ip('netns', 'add', space);
      await ip('-n', hub, 'link', 'add', `v${node}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', space);
      await ip('-n', hub, 'link', 'set', `v${node}`, 'master', 'br0', 'up');
      for (const link of ['lo', 'eth0']) await ip('-n', space, 'link', 'set', link, 'up');
      await ip('-n', space, 'addr', 'add', `${addressOf(node)}/24`, 'dev', 'eth0');
      await Promise.all([limit(space, 'eth0', node), limit(hub, `v${node}`, node)]);
    }
  } catch (error) {
    await close();
    throw error;
  }
  const pidsOf = (node: number) => ['ip', 'netns', 'pids', spaceOf(node)];
  return {
    addressOf,
    on: (node) => ['ip', 'netns', 'exec', spaceOf(node)],
    pidsOf,
    async kill(node) {
      const { stdout } = await execa('ip', pidsOf(node).slice(1));
      for (const pid of stdout.split('\n').filter(Boolean))
        try {
          process.kill(Number(pid), 'SIGKILL');
        } catch {} // it has just ended by itself
    },
    cable: async (node, is) =>
      void (await ip('-n', hub, 'link', 'set', `v${node}`, is === 'in' ? 'up' : 'down')),
    async received(node) {
      const { stdout } = await ip('-n', spaceOf(node), '-j', '-s', 'link', 'show', 'eth0');
      const [link] = JSON.parse(stdout) as readonly {
        readonly stats64: { readonly rx: { readonly bytes: number } };
      }[];
      return link?.stats64.rx.bytes ?? Number.NaN;
    },
    close,
  };
};
