import * as date from '../commands/date.ts';
import type { Known } from '../decisions/index.ts';
import { definePhase } from '../engine/phase.ts';
import { clockSkew, isClockOff } from '../facts/date.ts';
import { container } from '../facts/detect-virt.ts';
import type { Cluster } from '../spec/cluster.ts';

/**
 * Sets the clocks of the boards from the control node, before any certificate is made: to a board without a battery it
 * is 1970, and every certificate is not valid yet.
 */
export const setClock = definePhase({
  id: 'set-clock',
  title: 'Set clocks',
  hosts: ({ time, hosts }: Cluster, _known: Known) => (time.from === 'control' ? hosts : []),
  facts: () => ({ clockSkew, container }),

  *plan({ facts }) {
    // A container's clock is that of the machine under it.
    if (facts.container === 'yes' || !isClockOff(facts.clockSkew)) return;
    yield { says: 'set the clock from the control node', run: { command: date.setClock } };
  },
});
