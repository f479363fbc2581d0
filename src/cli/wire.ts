import { join, resolve } from 'node:path';
import { bundleSource } from '../actions/bundle-source.ts';
import type { Start } from '../actions/session.ts';
import { bundleAt } from '../adapters/bundle/bundle-at.ts';
import { chainDistribution } from '../adapters/chain/chain.ts';
import { clock } from '../adapters/clock/clock.ts';
import { kubeOver } from '../adapters/kube/kube.ts';
import { loopback } from '../adapters/kube/loopback.ts';
import { minter } from '../adapters/pki/minter.ts';
import { cachingFetcher } from '../adapters/release/fetcher.ts';
import { releaseSource } from '../adapters/release/release.ts';
import { starDistribution } from '../adapters/star/star.ts';
import { stateFolders } from '../adapters/state/state.ts';
import type { Shells } from '../ports/shells.ts';
import type { Source } from '../ports/source.ts';
import type { Cluster } from '../spec/cluster.ts';
import { bundledHelpers, packedHelpers } from './helpers.ts';
import { machineShells } from './shells.ts';

/** Where edgectl keeps things of this cluster on this machine. */
export const foldersOf = (cluster: Cluster) => stateFolders(cluster.name, process.env);

/** Where the k3s release of a cluster comes from: its bundle where it has one. */
const sourceOf = ({ k3s, bundle }: Cluster, cache: string, allowUnsigned: boolean): Source => {
  const { version, source } = k3s;
  if (!bundle) return releaseSource({ source, version, fetcher: cachingFetcher(cache) });
  const trust = {
    keys: bundle.trust,
    allowUnsigned,
    today: new Date(clock.now()).toISOString().slice(0, 10),
  };
  return bundleSource(bundleAt(bundle.path), version, trust);
};

/** Everything a verb on a cluster works with. The only place where adapters are built. */
export const wire = (
  cluster: Cluster,
  of: {
    readonly run: string;
    readonly tell: Start['tell'];
    readonly acceptNewHostKeys: boolean;
    readonly allowUnsigned: boolean;
    readonly allowDowngrade: boolean;
    /** The most that the control node sends to others, in bytes a second. */
    readonly rate?: number | undefined;
  },
): Start & { readonly shells: Shells; readonly kubeconfig: string } => {
  const { state, cache } = foldersOf(cluster);
  const shells = machineShells({ state, acceptNewHostKeys: of.acceptNewHostKeys });
  const source = sourceOf(cluster, cache, of.allowUnsigned);
  const helpers = bundledHelpers();
  const star = starDistribution(shells, source);
  const distribution = chainDistribution({
    shells,
    source,
    star,
    helpers,
    rate: of.rate,
    linked: (host, to, cipher) => of.tell({ type: 'link-opened', host, to, cipher }),
  });
  const ports = {
    shells,
    kube: kubeOver(shells),
    loopback,
    distribution,
    minter,
    programs: packedHelpers(helpers),
    clock,
  };
  return {
    cluster,
    ports,
    source,
    allowDowngrade: of.allowDowngrade,
    run: of.run,
    tell: of.tell,
    shells,
    kubeconfig: join(resolve(state), 'kubeconfig'),
  };
};
