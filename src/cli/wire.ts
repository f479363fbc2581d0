import { join, resolve } from 'node:path';
import type { Start } from '../actions/session.ts';
import { clock } from '../adapters/clock/clock.ts';
import { kubeOver } from '../adapters/kube/kube.ts';
import { loopback } from '../adapters/kube/loopback.ts';
import { minter } from '../adapters/pki/minter.ts';
import { releaseSource } from '../adapters/release/release.ts';
import { starDistribution } from '../adapters/star/star.ts';
import { stateFolders } from '../adapters/state/state.ts';
import type { Shells } from '../ports/shells.ts';
import type { Cluster } from '../spec/cluster.ts';
import { machineShells } from './shells.ts';

/** Where edgectl keeps things of this cluster on this machine. */
export const foldersOf = (cluster: Cluster) => stateFolders(cluster.name, process.env);

/** Everything a verb on a cluster works with. The only place where adapters are built. */
export const wire = (
  cluster: Cluster,
  of: { readonly run: string; readonly tell: Start['tell']; readonly acceptNewHostKeys: boolean },
): Start & { readonly shells: Shells; readonly kubeconfig: string } => {
  const { state, cache } = foldersOf(cluster);
  const shells = machineShells({ state, acceptNewHostKeys: of.acceptNewHostKeys });
  const { version, source: from } = cluster.k3s;
  const source = releaseSource({ source: from, version, cache });
  const distribution = starDistribution(shells, source);
  const ports = { shells, kube: kubeOver(shells), loopback, distribution, minter, clock };
  return {
    cluster,
    ports,
    source,
    run: of.run,
    tell: of.tell,
    shells,
    kubeconfig: join(resolve(state), 'kubeconfig'),
  };
};
