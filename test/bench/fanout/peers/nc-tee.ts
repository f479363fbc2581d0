import { listening, type Peer, runOn } from './peer.ts';

const PORT = 7000;

/** A plain chain of netcat and tee: no crypto, no check, and it breaks with any of its nodes. */
export const ncTee: Peer = {
  name: 'nc-tee',
  needs: [['nc', 'netcat-openbsd']],
  async prepare(site) {
    // From the end on: each dials the next one as soon as it starts.
    const chains: Promise<unknown>[] = [];
    for (const [place, node] of [...site.nodes.entries()].reverse()) {
      const next = site.nodes[place + 1];
      const onward =
        next === undefined ? '> "$0"' : `| tee "$0" | nc -N ${site.network.addressOf(next)} ${PORT}`;
      const words = [
        'sh',
        '-c',
        `nc -l ${site.network.addressOf(node)} ${PORT} ${onward}`,
        site.copyOn(node),
      ];
      const chain = runOn(site, node, words);
      chain.catch(() => {}); // heard of below
      chains.push(chain);
      await listening(site, node, PORT);
    }
    const [first = 0] = site.nodes;
    const head = `nc -N ${site.network.addressOf(first)} ${PORT} < "$0"`;
    return () => Promise.all([runOn(site, 0, ['sh', '-c', head, site.payload]), ...chains]);
  },
};
