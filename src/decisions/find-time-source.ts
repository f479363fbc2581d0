import type { Decision } from '../engine/decision.ts';
import { chrony } from '../facts/chrony.ts';
import { container } from '../facts/detect-virt.ts';

/** Where the boards keep their time from: the address of the control node's chrony; absent when there is none to ask. */
export interface TimeSource {
  readonly server?: string;
}

/**
 * Tells whether the control node can serve the time. A board that was pointed at one that cannot would lose the servers
 * that it has.
 */
export const findTimeSource: Decision<TimeSource, { chrony: typeof chrony; container: typeof container }> = {
  id: 'find-time-source',
  title: 'Find who keeps the time',
  gives: 'time',
  facts: { chrony, container },

  decide({ cluster: { time, control }, factsByHost, kept = {} }) {
    if (time.from === 'none') return {};
    const found = factsByHost[control.key];
    if (!found) return kept;
    return found.chrony === 'drop-ins' && found.container === 'no' ? { server: control.address } : {};
  },

  explain: ({ server }) => [server ? `from ${server}` : 'every host keeps its own'],
};
