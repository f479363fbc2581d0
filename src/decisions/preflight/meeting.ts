import { portName, portsBetween, type Seated } from '../../domain/firewall/needed-ports.ts';
import type { Meeting } from '../../facts/reach.ts';
import type { Cluster, Host } from '../../spec/cluster.ts';

/** A host among the nodes that can be asked; of two that are not `fresh` neither dials the other. */
export interface Guest {
  readonly cluster: Cluster;
  readonly known: Seated;
  readonly host: Host;
  readonly nodes: readonly Host[];
  readonly isFresh: (key: string) => boolean;
}

/** Where a host listens for the others, and whom it dials. */
export const meetingOf = ({ cluster, known, host, nodes, isFresh }: Guest): Meeting => {
  const peers = nodes.filter(({ key }) => key !== host.key && (isFresh(host.key) || isFresh(key)));
  const named = (from: Host, to: Host) => portsBetween(cluster, known, { from, to }).map(portName);
  return {
    own: host.address,
    ports: [...new Set(peers.flatMap((peer) => named(peer, host)))],
    others: peers.map((peer) => ({ address: peer.address, ports: named(host, peer) })),
  };
};
