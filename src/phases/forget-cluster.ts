import { removeFolders, removeOwn } from '../commands/rm.ts';
import { syncAround } from '../commands/sync.ts';
import type { Known } from '../decisions/index.ts';
import { definePhase } from '../engine/phase.ts';
import { keptFolder } from '../facts/kept-state.ts';
import { ownPathState, pathState } from '../facts/path.ts';
import type { Cluster, Host } from '../spec/cluster.ts';

// The journals of the runs may lie in the same folder: they stay. Outcomes say that secrets exist, so they go first.
const kept = ({ name }: Cluster): readonly string[] =>
  ['decisions.json', 'outcomes', 'secrets'].map((file) => `${keptFolder(name)}/${file}`);

/**
 * Forgets the cluster: decisions, CAs and tokens on the control node, and the operator's kubeconfig, which opens nothing
 * any more. Last, because a reset that is cut off finds here what it needs to go on.
 */
export const forgetCluster = definePhase({
  id: 'forget-cluster',
  title: 'Forget the cluster',
  hosts: ({ control, operator }: Cluster, _known: Known): readonly Host[] => [control, operator],

  facts: (cluster: Cluster, { duty }: Host, { kubeconfig }: Known) => ({
    kept: duty === 'operator' ? ownPathState(kubeconfig.path) : pathState(...kept(cluster)),
  }),

  *plan({ cluster, host, facts, known }) {
    if (facts.kept === 'absent') return;
    if (host.duty === 'operator')
      yield { says: 'remove the kubeconfig', run: { command: removeOwn(known.kubeconfig.path) } };
    else {
      yield {
        says: 'forget the decisions, CAs and tokens',
        run: { command: removeFolders(kept(cluster), [keptFolder(cluster.name), '/var/lib/edgectl']) },
      };
      yield { says: 'have that outlast a power cut', run: { command: syncAround('/var/lib') } };
    }
  },
});
