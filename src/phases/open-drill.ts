import type { Known } from '../decisions/index.ts';
import { DRILL_OBJECT, makeDrillObject, removeDrillObject } from '../domain/drill/object.ts';
import { definePhase } from '../engine/phase.ts';
import { written } from '../facts/drill.ts';
import type { Cluster } from '../spec/cluster.ts';

/** Makes the object that a drill writes into. What an earlier one wrote, which was killed, goes first: it would count. */
export const openDrill = definePhase({
  id: 'open-drill',
  title: 'Make what a drill writes into',
  hosts: ({ control }: Cluster, _known: Known) => [control],
  facts: () => ({ object: written(DRILL_OBJECT) }),

  *plan({ facts: { object } }) {
    if (object !== 'absent' && object.length === 0) return;
    if (object !== 'absent')
      yield { says: 'remove what an earlier drill wrote', run: { kube: removeDrillObject } };
    yield { says: 'make an object for the writes', run: { kube: makeDrillObject } };
  },
});
