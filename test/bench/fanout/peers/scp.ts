import { type Peer, runOn } from './peer.ts';
import { openSshd, SSH_NEEDS } from './sshd.ts';

/** A star of OpenSSH's scp, to all nodes at once. */
export const scp: Peer = {
  name: 'scp',
  needs: SSH_NEEDS,
  async prepare(site) {
    const config = await openSshd(site);
    const copy = (node: number) =>
      runOn(site, 0, [
        ...['scp', '-q', '-F', config, site.payload],
        `${site.network.addressOf(node)}:${site.copyOn(node)}`,
      ]);
    return () => Promise.all(site.nodes.map(copy));
  },
};
