import { HEADER, kubeconfigFile } from '../commands/kubeconfig.ts';
import type { Known } from '../decisions/index.ts';
import { entryOf } from '../domain/topology/roles.ts';
import { definePhase } from '../engine/phase.ts';
import { ownFileState } from '../facts/own-file-state.ts';
import type { Cluster, Host } from '../spec/cluster.ts';
import { Problem } from '../support/problem.ts';

const wanted = (cluster: Cluster, known: Known) =>
  kubeconfigFile({
    path: known.kubeconfig.path,
    cluster: cluster.name,
    server: entryOf(cluster, known),
    outcomes: known.outcomes,
  });

/** Writes the operator's kubeconfig, a file of edgectl's own beside the journal; other kubeconfigs stay as they are. */
export const writeKubeconfig = definePhase({
  id: 'write-kubeconfig',
  title: 'Write the kubeconfig',
  hosts: ({ operator }: Cluster, _known: Known) => [operator],
  facts: (cluster: Cluster, _host: Host, known: Known) => ({
    file: ownFileState(wanted(cluster, known), HEADER),
  }),

  *plan({ cluster, facts, known }) {
    if (facts.file === 'foreign')
      throw new Problem('FILE_FOREIGN', `${known.kubeconfig.path} is not a kubeconfig of edgectl's`, {
        hint: 'leave --kubeconfig out, and `edgectl kubeconfig --merge` will merge it into that file',
      });
    if (facts.file !== 'same') yield { says: 'write the kubeconfig', run: { file: wanted(cluster, known) } };
  },
});
