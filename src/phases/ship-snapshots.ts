import { serve } from '../commands/k3s-service.ts';
import { remove } from '../commands/rm.ts';
import { SHELF, SHIP_TIMER, SNAPSHOTS, shippingFiles, showSnapshots } from '../commands/snapshots.ts';
import type { Known } from '../decisions/index.ts';
import { mastersOf, shipsSnapshots } from '../domain/topology/roles.ts';
import type { File } from '../engine/change.ts';
import { definePhase } from '../engine/phase.ts';
import { fileState } from '../facts/file-state.ts';
import { keptFolder } from '../facts/kept-state.ts';
import { linkTo } from '../facts/path.ts';
import { unitState } from '../facts/systemctl.ts';
import type { Cluster, Host } from '../spec/cluster.ts';

const files = (cluster: Cluster, known: Known): readonly [File, File, File] => {
  const [master] = mastersOf(cluster, known);
  const [script, service, timer] = shippingFiles({
    address: master?.address ?? '',
    node: master === undefined ? '' : (known.names[master.key] ?? master.key),
    kept: keptFolder(cluster.name),
  });
  return [script, service, timer] as [File, File, File];
};

/**
 * Has the control node fetch the snapshots that a single server takes of itself: with its disk the cluster would be gone. The
 * server shows them through its API, so no machine gets a login on another.
 */
export const shipSnapshots = definePhase({
  id: 'ship-snapshots',
  title: 'Ship snapshots',
  hosts: (cluster: Cluster, known: Known): readonly Host[] =>
    shipsSnapshots(cluster) ? [...mastersOf(cluster, known), cluster.control] : [],
  facts: (cluster: Cluster, host: Host, known: Known) => {
    if (host.duty !== 'control') return { shelf: linkTo(SHELF, SNAPSHOTS) };
    const [script, service, timer] = files(cluster, known);
    return {
      unit: unitState(SHIP_TIMER),
      script: fileState(script),
      service: fileState(service),
      timer: fileState(timer),
    };
  },

  *plan({ cluster, known, facts }) {
    if ('shelf' in facts) {
      if (facts.shelf !== 'same')
        yield {
          says: 'show its snapshots to the control node',
          run: { command: showSnapshots },
          ...(facts.shelf === 'absent' ? { undo: remove(SHELF) } : {}),
        };
      return;
    }
    const [script, service, timer] = files(cluster, known);
    yield* serve({
      unit: SHIP_TIMER,
      state: facts.unit,
      files: [
        { file: script, was: facts.script },
        { file: service, was: facts.service },
        { file: timer, was: facts.timer },
      ],
      dropIns: [],
    });
  },
});
