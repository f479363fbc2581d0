import type { Known } from '../decisions/index.ts';
import { DRILL_OBJECT, removeDrillObject } from '../domain/drill/object.ts';
import { definePhase } from '../engine/phase.ts';
import { written } from '../facts/drill.ts';
import type { Cluster } from '../spec/cluster.ts';

/**
 * Removes what a drill wrote, its own or, in `init`, that of one that was killed. Only a cluster with a VIP is drilled. A drill
 * announces it before there is anything.
 */
export const closeDrill = definePhase({
  id: 'close-drill',
  title: 'Remove what a drill wrote',
  hosts: ({ control, masters }: Cluster, _known: Known) => (masters.vip === undefined ? [] : [control]),
  facts: () => ({ object: written(DRILL_OBJECT) }),

  *plan({ facts: { object }, known: { drill } }) {
    const isToCome = drill !== undefined && drill.pulled.length === 0;
    if (object === 'absent' && !isToCome) return;
    yield { says: 'remove what the drill wrote', run: { kube: removeDrillObject } };
  },
});
