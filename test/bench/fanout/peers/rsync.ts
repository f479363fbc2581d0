import { type Peer, runOn } from './peer.ts';
import { openSshd, SSH_NEEDS } from './sshd.ts';

/** A star of rsync over OpenSSH, to all nodes at once. */
export const rsync: Peer = {
  name: 'rsync',
  needs: [...SSH_NEEDS, ['rsync', 'rsync']],
  async prepare(site) {
    const config = await openSshd(site);
    const copy = (node: number) =>
      runOn(site, 0, [
        ...['rsync', '--whole-file', '--rsh', `ssh -F ${config}`, site.payload],
        `${site.network.addressOf(node)}:${site.copyOn(node)}`,
      ]);
    return () => Promise.all(site.nodes.map(copy));
  },
};
