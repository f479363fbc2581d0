import { serve } from '../commands/k3s-service.ts';
import { remove } from '../commands/rm.ts';
import {
  bindRole,
  makeRole,
  mendRole,
  READER_BINDING,
  READER_ROLE,
  readerBinding,
  readerRole,
  removeRole,
  unbindRole,
} from '../commands/snapshot-reader.ts';
import { SHELF, SHIP_TIMER, SNAPSHOTS, shippingFiles, showSnapshots } from '../commands/snapshots.ts';
import * as systemctl from '../commands/systemctl.ts';
import type { Known } from '../decisions/index.ts';
import { nameIn } from '../domain/topology/names.ts';
import { mastersOf, shipsSnapshots } from '../domain/topology/roles.ts';
import { definePhase } from '../engine/phase.ts';
import { fileState } from '../facts/file-state.ts';
import { keptFolder } from '../facts/kept-state.ts';
import { objectState } from '../facts/object-state.ts';
import { linkTo, pathState } from '../facts/path.ts';
import { unitState } from '../facts/systemctl.ts';
import type { Cluster, Host } from '../spec/cluster.ts';

const files = (cluster: Cluster, known: Known) =>
  shippingFiles({
    address: mastersOf(cluster, known)[0]?.address ?? '',
    kept: keptFolder(cluster.name),
  });

/** Where the operator has k3s put its snapshots, else its own place. */
const folderOf = ({ k3s }: Cluster): string => String(k3s.server['etcd-snapshot-dir'] ?? SNAPSHOTS);

/**
 * Has the control node fetch the snapshots that a single server takes of itself: with its disk the cluster would be gone. The
 * server's kubelet shows them to a user who may do nothing else, so no machine gets a login on another. Where no server is
 * alone any more, nobody fetches.
 */
export const shipSnapshots = definePhase({
  id: 'ship-snapshots',
  title: 'Ship snapshots',
  hosts: (cluster: Cluster, known: Known): readonly Host[] => [
    ...(shipsSnapshots(cluster) ? mastersOf(cluster, known) : []),
    cluster.control,
  ],
  facts: (cluster: Cluster, host: Host, known: Known) => {
    const [script, service, timer] = files(cluster, known);
    if (!shipsSnapshots(cluster)) return { left: pathState(timer.path, script.path) };
    if (host.duty !== 'control')
      return {
        shelf: linkTo(SHELF, folderOf(cluster)),
        role: objectState(READER_ROLE, readerRole(nameIn(known)(host))),
        binding: objectState(READER_BINDING, readerBinding),
      };
    return {
      unit: unitState(SHIP_TIMER),
      script: fileState(script),
      service: fileState(service),
      timer: fileState(timer),
    };
  },

  *plan({ cluster, host, known, facts }) {
    const [script, service, timer] = files(cluster, known);
    if ('left' in facts) {
      if (facts.left === 'absent') return;
      yield { says: `stop and disable ${SHIP_TIMER}`, run: { command: systemctl.disableNow(SHIP_TIMER) } };
      yield { says: 'let nobody read snapshots', run: { kube: unbindRole } };
      yield { says: 'take the role for it away', run: { kube: removeRole } };
      yield {
        says: 'remove what fetched snapshots',
        run: { command: remove(service.path, script.path, timer.path) },
      };
    } else if ('shelf' in facts) {
      const { shelf, role, binding } = facts;
      if (shelf !== 'same')
        yield {
          says: 'show its snapshots to the control node',
          run: { command: showSnapshots(folderOf(cluster)) },
          ...(shelf === 'absent' ? { undo: remove(SHELF) } : {}),
        };
      const node = nameIn(known)(host);
      if (role !== 'same')
        yield {
          says: `write the role that reads the logs of ${node}`,
          run: { kube: role === 'absent' ? makeRole(node) : mendRole(node) },
        };
      if (binding === 'different') yield { says: 'take away who has that role', run: { kube: unbindRole } };
      if (binding !== 'same') yield { says: 'give it to the control node', run: { kube: bindRole } };
    } else
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
